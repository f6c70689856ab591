import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { runBackup } from './run-backup.ts';
import { parseSources } from './sources.ts';

/** What a backup says it expects to read, while it reads. */

const gateway = testGateway({ stores: ['one'] });
const START = 1_700_000_000;
const FILES = 300;
function makeSource(): string {
  const source = temporaryDirectory();
  for (let i = 0; i < FILES; i += 1) fs.writeFileSync(join(source, `file-${i}`), randomBytes(200_000));
  return source;
}

/** All that was expected at one time or another, and what it was in the end. */
async function backUp(source: string, time: number, measure: boolean) {
  const expected = new Set<number | null>();
  const certificates = fs.readFileSync(join(gateway.dataDirectory, 'tls/gateway.crt'), 'utf8');
  const summary = await runBackup({
    address: {
      ...{ host: '127.0.0.1', port: gateway.port, credential: gateway.admin },
      trust: { kind: 'authority', certificates },
    },
    datastore: 'one',
    snapshot: { namespace: '' as never, type: 'host', id: `measured-${measure}` as never, time },
    sources: parseSources([`root.pxar:${source}`]),
    encode: {},
    events: { progress: ({ totalBytes }) => void expected.add(totalBytes) },
    signal: new AbortController().signal,
    measure,
    monotonic: () => performance.now(),
  });
  const size = summary.archives.find(({ name }) => name === 'root.pxar.didx')?.sizeBytes ?? 0;
  return { expected: [...expected], size };
}

test('a first backup of a directory finds out how much it has to read', async () => {
  const { expected, size } = await backUp(makeSource(), START, true);
  const last = expected.at(-1) ?? 0;
  expect(Math.abs(last - size) / size).toBeLessThan(0.05);
});

test('nobody who looks costs no walk, and the next backup knows from the last one', async () => {
  const source = makeSource();
  const first = await backUp(source, START, false);
  expect(first.expected).toEqual([null]);
  const second = await backUp(source, START + 60, false);
  expect(second.expected).toEqual([first.size]);
});
