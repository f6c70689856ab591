import { expect, test } from 'vitest';
import { fileError } from '../backends/local/errors.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import type { IndexReader } from '../indexes/index-reader.ts';
import { packError } from '../threads/packed-error.ts';
import { ChunkVerifier } from './chunk-verifier.ts';
import type { VerifyAnswer } from './verify-files.ts';

/** Threads answer; what they would read is made up. */

const digests = Array.from({ length: 20 }, (_, number) => digestOf(Buffer.of(number)));
const [broken, torn] = [digests[3], digests[17]] as [Digest, Digest];

function failing(errno: number, code: string) {
  return { failure: packError(fileError(Object.assign(new Error(code), { errno }), '/store/x', 'read')) };
}

function verifierOf(
  answerOf: (digest: Digest) => VerifyAnswer[number],
  rememberedMax?: number,
): ChunkVerifier {
  const chunks = {
    threads: 1,
    inodesOf: async () => new Float64Array(digests.length),
    verifyFiles: async (place: { digests: Digest[] }) => place.digests.map(answerOf),
  };
  const backend = { traits: { direct: {} } };
  const store = { backend, chunks } as unknown as Datastore;
  return new ChunkVerifier(store, new AbortController().signal, rememberedMax);
}

const index = {
  async *entries() {
    for (const [at, digest] of digests.entries()) yield { digest, start: at, end: at + 1 };
  },
} as unknown as IndexReader;

test.each([
  ['the disk reports an error', failing(-5, 'EIO')],
  ['refused access', failing(-13, 'EACCES')],
])(
  'one that cannot be read is named and not set aside, and the others are read: %s',
  async (words, failure) => {
    const verifier = verifierOf((digest) => {
      if (digest === broken) return failure;
      if (digest === torn) return { state: 'damaged', storedBytes: 5 };
      return { state: 'plain', storedBytes: 13, sizeBytes: 1 };
    });
    for (let round = 0; round < 2; round += 1) {
      const { problems, found } = await verifier.check(index, false, () => {});
      expect(problems).toEqual([
        { code: 'chunk-damaged', what: expect.stringMatching(`${broken} cannot be read: .*${words}`) },
        { code: 'chunk-damaged', what: expect.stringContaining(`${torn} is damaged`) },
      ]);
      expect(found).toEqual(round === 0 ? [torn] : []);
    }
    expect(verifier.read.chunks).toBe(19);
  },
);

test('what is beyond the memory for it is judged all the same, each time that it is read', async () => {
  const verifier = verifierOf((digest) => {
    if (digest === broken) return failing(-5, 'EIO');
    if (digest === torn) return { state: 'damaged', storedBytes: 5 };
    return { state: 'plain', storedBytes: 13, sizeBytes: digest === digests[19] ? 2 : 1 };
  }, 5);
  for (let round = 0; round < 2; round += 1) {
    const { problems } = await verifier.check(index, false, () => {});
    expect(problems.map(({ what }) => what)).toEqual([
      expect.stringContaining(`${broken} cannot be read`),
      expect.stringContaining(`${torn} is damaged`),
      expect.stringContaining(`${digests[19]} has 2 bytes`),
    ]);
  }
  expect(verifier.read.chunks).toBeGreaterThan(19);
});

test('storage that is gone ends it', async () => {
  const verifier = verifierOf(() => failing(-107, 'ENOTCONN'));
  await expect(verifier.check(index, false, () => {})).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
});
