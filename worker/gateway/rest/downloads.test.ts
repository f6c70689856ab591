import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { downloadDecoded } from './downloads.ts';
import type { RestCall } from './rest-call.ts';

const events: string[] = [];
vi.mock('./open-snapshot-files.ts', () => ({
  openSnapshotFiles: async () => ({
    payload: async () => {
      await setImmediate();
      events.push('read');
      throw new Error('enough');
    },
    [Symbol.dispose]: () => events.push('let go'),
  }),
}));

test('a snapshot is held until its blob is read: nobody may remove it before', async () => {
  const call = {
    parameters: { fileName: () => 'fstab.conf.blob' },
    caller: { principal: 'alice@ibs' },
    context: { bodies: { take: async () => () => {} } },
  };
  await expect(downloadDecoded(call as unknown as RestCall)).rejects.toThrow('enough');
  expect(events).toEqual(['read', 'let go']);
});
