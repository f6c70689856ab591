import { BackupError, type ErrorCode, isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from './backend.ts';

/** The promises of the backend interface, one check each. The conformance suite runs them on every backend. */
export interface PromiseCheck {
  /** The guarantee, as it is shown. */
  promise: string;
  /** Works below `directory`, which exists and is empty; throws when the promise is broken. */
  check(backend: ObjectBackend, directory: string): Promise<void>;
}

const TEXT = Buffer.from('a promise is kept or named');
const MAX = 1 << 20;

export const PROMISES: readonly PromiseCheck[] = [
  {
    promise: 'what was put is read back at once',
    async check(backend, directory) {
      await backend.put(`${directory}/object`, TEXT);
      expectBytes(await backend.get(`${directory}/object`, MAX), TEXT);
      await backend.put(`${directory}/object`, TEXT.subarray(2));
      expectBytes(await backend.get(`${directory}/object`, MAX), TEXT.subarray(2));
    },
  },
  {
    promise: 'an exclusive put never replaces',
    async check(backend, directory) {
      await backend.put(`${directory}/object`, TEXT, { exclusive: true, durable: true });
      await expectCode('STORAGE_EXISTS', backend.put(`${directory}/object`, MORE, { exclusive: true }));
      expectBytes(await backend.get(`${directory}/object`, MAX), TEXT);
    },
  },
  {
    promise: 'a staged object is invisible until it is whole',
    async check(backend, directory) {
      const staged = await backend.stage(`${directory}/object`);
      await staged.write(TEXT.subarray(5), 5);
      expectTrue(
        (await backend.stat(`${directory}/object`)) === undefined,
        'it is visible while it is written',
      );
      await staged.write(TEXT.subarray(0, 5), 0);
      const back = new Uint8Array(4);
      await staged.read(back, 3);
      expectBytes(back, TEXT.subarray(3, 7));
      await staged.commit({ durable: true });
      expectBytes(await backend.get(`${directory}/object`, MAX), TEXT);
    },
  },
  {
    promise: 'a staged object that is given up leaves nothing',
    async check(backend, directory) {
      const staged = await backend.stage(`${directory}/object`);
      await staged.write(TEXT, 0);
      await staged.abort();
      expectTrue((await backend.list(directory)).length === 0, 'something is left behind');
    },
  },
  {
    promise: 'removing what is missing is not an error',
    async check(backend, directory) {
      await backend.remove(`${directory}/missing`);
      await backend.removeTree(`${directory}/missing`);
      expectTrue(
        (await backend.removeDirectory(`${directory}/missing`)) === false,
        'a missing directory was removed',
      );
    },
  },
  {
    promise: 'what is missing is called missing',
    async check(backend, directory) {
      await expectCode('STORAGE_MISSING', backend.get(`${directory}/missing`, MAX));
      await expectCode('STORAGE_MISSING', backend.open(`${directory}/missing`));
      await expectCode('STORAGE_MISSING', backend.list(`${directory}/missing`));
      await expectCode('STORAGE_MISSING', backend.put(`${directory}/missing/object`, TEXT));
      expectTrue((await backend.stat(`${directory}/missing`)) === undefined, 'a missing object has a stat');
      expectTrue((await backend.touch(`${directory}/missing`)) === false, 'a missing object was touched');
    },
  },
  {
    promise: 'a directory is made once and removed only when empty',
    async check(backend, directory) {
      expectTrue(await backend.makeDirectory(`${directory}/inner`), 'it was not made');
      expectTrue(!(await backend.makeDirectory(`${directory}/inner`)), 'it was made twice');
      await backend.put(`${directory}/inner/object`, TEXT);
      expectTrue(!(await backend.removeDirectory(`${directory}/inner`)), 'a full directory was removed');
      await backend.remove(`${directory}/inner/object`);
      expectTrue(await backend.removeDirectory(`${directory}/inner`), 'an empty directory was not removed');
      await expectCode('STORAGE_MISSING', backend.makeDirectory(`${directory}/no/parent`));
    },
  },
  {
    promise: 'a rename moves everything in one step and never onto a directory with content',
    async check(backend, directory) {
      await backend.makeDirectory(`${directory}/from`);
      await backend.put(`${directory}/from/object`, TEXT);
      await backend.rename(`${directory}/from`, `${directory}/to`);
      expectBytes(await backend.get(`${directory}/to/object`, MAX), TEXT);
      expectTrue((await backend.list(directory)).length === 1, 'the old place is still there');
      await backend.makeDirectory(`${directory}/other`);
      await backend.put(`${directory}/other/object`, TEXT);
      await expectCode('STORAGE_EXISTS', backend.rename(`${directory}/other`, `${directory}/to`));
      await expectCode('STORAGE_MISSING', backend.rename(`${directory}/missing`, `${directory}/new`));
    },
  },
  {
    promise: 'an object that is renamed onto another one takes its place',
    async check(backend, directory) {
      await backend.put(`${directory}/old`, TEXT);
      await backend.put(`${directory}/new`, MORE);
      await backend.rename(`${directory}/new`, `${directory}/old`);
      expectBytes(await backend.get(`${directory}/old`, MAX), MORE);
      expectTrue((await backend.list(directory)).length === 1, 'both names are there');
    },
  },
  {
    promise: 'whatever is refused ends in one of the errors of the interface',
    async check(backend, directory) {
      await backend.put(`${directory}/object`, TEXT);
      await expectTranslated(backend.list(`${directory}/object`));
      await expectTranslated(backend.get(directory, MAX));
      await expectTranslated(backend.put(`${directory}/object/below`, TEXT));
      await expectTranslated(backend.put(directory, TEXT));
      await expectTranslated(backend.makeDirectory(`${directory}/object/below`));
      await expectTranslated(backend.rename(`${directory}/missing`, `${directory}/object`));
    },
  },
  {
    promise: 'an open object stays readable when it is replaced or removed',
    async check(backend, directory) {
      await backend.put(`${directory}/object`, TEXT);
      const reader = await backend.open(`${directory}/object`);
      await backend.put(`${directory}/object`, MORE);
      await backend.remove(`${directory}/object`);
      const back = new Uint8Array(TEXT.length);
      await reader.read(back, 0);
      expectBytes(back, TEXT);
      await expectCode('DATA_CORRUPT', reader.read(back, 1));
      await reader.close();
    },
  },
  {
    promise: 'a touch moves the access time to now and keeps the content',
    async check(backend, directory) {
      await backend.put(`${directory}/object`, TEXT);
      const before = await backend.stat(`${directory}/object`);
      expectTrue(await backend.touch(`${directory}/object`), 'it was not found');
      const after = await backend.stat(`${directory}/object`);
      const sticks = before !== undefined && after !== undefined && after.accessedAt >= before.accessedAt;
      expectTrue(sticks || !backend.traits.keepsAccessTime, 'the access time went back');
      expectBytes(await backend.get(`${directory}/object`, MAX), TEXT);
    },
  },
  {
    promise: 'more than the limit is refused, never cut off',
    async check(backend, directory) {
      await backend.put(`${directory}/object`, TEXT);
      await expectCode('DATA_CORRUPT', backend.get(`${directory}/object`, TEXT.length - 1));
    },
  },
  {
    promise: 'a tree is removed with all it holds',
    async check(backend, directory) {
      await backend.makeDirectory(`${directory}/tree`);
      await backend.makeDirectory(`${directory}/tree/inner`);
      await backend.put(`${directory}/tree/inner/object`, TEXT);
      await backend.removeTree(`${directory}/tree`);
      expectTrue((await backend.list(directory)).length === 0, 'something is left behind');
      await backend.flush();
    },
  },
];

const MORE = Buffer.from('something else');

function expectTrue(condition: boolean, otherwise: string): void {
  if (!condition) throw broken(otherwise);
}

function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  if (!Buffer.from(actual).equals(expected)) throw broken('other bytes came back');
}

async function expectCode(code: ErrorCode, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (isBackupError(error, code)) return;
    throw broken(`expected ${code}, got ${error instanceof Error ? error.message : String(error)}`);
  }
  throw broken(`expected ${code}, nothing was raised`);
}

const STORAGE_ERRORS: readonly ErrorCode[] = [
  'STORAGE_MISSING',
  'STORAGE_EXISTS',
  'STORAGE_UNREACHABLE',
  'STORAGE_DENIED',
  'STORAGE_READ_ONLY',
  'STORAGE_FULL',
  'DATA_CORRUPT',
];

async function expectTranslated(call: Promise<unknown>): Promise<void> {
  const thrown = await call.then(
    () => broken('nothing was raised'),
    (error: unknown) => error,
  );
  if (isBackupError(thrown, ...STORAGE_ERRORS)) return;
  throw broken(`a foreign error came out: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
}

function broken(how: string): BackupError {
  return new BackupError('DATASTORE_FILESYSTEM_UNFIT', `The storage breaks a promise: ${how}.`);
}
