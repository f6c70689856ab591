import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { IDENTITY_NAME, readIdentity } from './identity.ts';
import { checkIdentity } from './open.ts';

async function store() {
  const { backend } = await openTestStore({ backend: new MemoryBackend(testClock().now) });
  const uuid = (await readIdentity(backend))?.uuid ?? '';
  return { backend, uuid };
}

const mismatch = (message: RegExp) => ({
  code: 'DATASTORE_IDENTITY_MISMATCH',
  message: expect.stringMatching(message),
});

test('another datastore at the same path is told by its identity', async () => {
  const { backend, uuid } = await store();
  await expect(checkIdentity(backend, uuid)).resolves.toBe(undefined);
  const recorded = randomUUID();
  await expect(checkIdentity(backend, recorded)).rejects.toMatchObject(
    mismatch(new RegExp(`it has the identity ${uuid} instead of ${recorded}`)),
  );
});

test('so are an empty mount point, and a copy that is not whole', async () => {
  const { backend, uuid } = await store();
  await backend.removeTree('.chunks/ffff');
  await expect(checkIdentity(backend, uuid)).rejects.toMatchObject(mismatch(/\.chunks\/ffff is missing/));
  await backend.remove(IDENTITY_NAME);
  await expect(checkIdentity(backend, uuid)).rejects.toMatchObject(mismatch(/may not be mounted/));
});
