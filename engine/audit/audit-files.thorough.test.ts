import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { localBackend, openTestStore } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import { temporaryStoreDirectory } from '#testing/temporary-directory.ts';
import type { Datastore } from '../datastore.ts';
import { auditDatastore } from './audit-datastore.ts';

const SNAPSHOT = snapshotRef('web');
const GROUP = 'host/web';
const AT = `${GROUP}/2023-11-14T22:13:20Z`;
const UNFINISHED = `${GROUP}/2023-11-14T22:13:21Z`;

function audit(store: Datastore) {
  return auditDatastore(store, { deep: false, signal: new AbortController().signal, report: () => {} });
}

/** `severity code where` of each finding, in order. */
async function findings(store: Datastore): Promise<string[]> {
  const report = await audit(store);
  return report.findings.map(({ severity, code, where }) => `${severity} ${code} ${where}`).sort();
}

test('on real directories: what belongs, what does not, and what was left behind', async () => {
  const root = temporaryStoreDirectory();
  const store = await openTestStore({ backend: localBackend(root) });
  /** Writes a file, making the way to it. */
  const put = (path: string, bytes: string | Buffer = '', modifiedAt?: number) => {
    const target = join(root, path);
    fs.mkdirSync(dirname(target), { recursive: true });
    fs.writeFileSync(target, bytes);
    if (modifiedAt !== undefined) fs.utimesSync(target, modifiedAt, modifiedAt);
  };
  await backUp(store, SNAPSHOT, randomPieces(3));

  // What filesystems keep for themselves is no finding, wherever it lies; nor is what the format knows.
  for (const directory of ['', 'host/', `${GROUP}/`, `${AT}/`, '.chunks/', '.chunks/0000/', 'ns/a/']) {
    put(`${directory}.nfs000000000012`);
    for (const name of ['lost+found', '.zfs', '.snapshot', '.snapshots', '.glusterfs'])
      put(`${directory}${name}/x.didx`);
  }
  put('.gc-status');
  put(`${AT}/client.log.blob`);
  put(`${AT}/.protected`);
  put(`${AT}/young.didx.tmp_abcDEF`, '', TEST_TIME - 47 * 3600);
  put(`${UNFINISHED}/root.pxar.didx`);
  put(`.chunks/abcd/abcd${'0'.repeat(60)}`, 'not needed by anyone');
  put(`.chunks/abcd/abcd${'1'.repeat(60)}.0.bad`, 'set aside');
  const { chunkCount, chunkBytes } = chunksOnDisk(root);
  expect(await audit(store)).toMatchObject({
    ...{ groups: 1, snapshots: 1, unfinished: 1, chunks: 3, errors: 0, warnings: 0, findings: [] },
    stored: { chunks: chunkCount, bytes: chunkBytes },
  });

  put(`${AT}/extra.didx`);
  put(`${AT}/extra.conf.blob`);
  put(`${AT}/hello.txt`);
  put(`${AT}/root.pxar.didx.tmp_abcDEF`, '', 0);
  put(`${UNFINISHED}/junk`);
  put(`${GROUP}/junk`);
  put(`${GROUP}/2023-11-31T22:13:20Z/root.pxar.didx`);
  put(`${GROUP}/.2023-11-14T22:13:22Z.deleting/root.pxar.didx`);
  put(`${GROUP}/notes`, Buffer.alloc(2 * 1024 * 1024, 'n'));
  put('host/-x/owner');
  put('host/file');
  put('ns/a/unknown/deep/disk.img.fidx');
  put('ns/-b/x');
  put('photos/2024/a.jpg');
  put('photos/2024/a.didx');
  put('stray.fidx');
  put('.ibs-provisioning');
  put('.ibs-probe-7', '', 0);
  put('.chunks/00000/x');
  put('.chunks/0000/x');
  put(`.chunks/0001/${'0'.repeat(64)}`);
  put(`.chunks/0000/${'0'.repeat(64)}.tmp_abcDEF`, '', 0);
  fs.symlinkSync('/', join(root, 'link'));
  fs.rmSync(join(root, '.chunks/abcd'), { recursive: true });
  expect(await findings(store)).toEqual([
    'error chunk-directory-missing .chunks/abcd',
    'error index-outside host/web/2023-11-31T22:13:20Z/root.pxar.didx',
    'error index-outside ns/a/unknown/deep/disk.img.fidx',
    'error index-outside photos/2024/a.didx',
    'error index-outside stray.fidx',
    `warning file-unnamed ${AT}/extra.conf.blob`,
    `warning file-unnamed ${AT}/extra.didx`,
    `warning file-unnamed ${AT}/hello.txt`,
    'warning notes-too-large host/web/notes',
    'warning provisioning-left .ibs-provisioning',
    'warning removal-interrupted host/web/.2023-11-14T22:13:22Z.deleting',
    'warning snapshot-name host/web/2023-11-31T22:13:20Z',
    `warning temporary-left .chunks/0000/${'0'.repeat(64)}.tmp_abcDEF`,
    'warning temporary-left .ibs-probe-7',
    `warning temporary-left ${AT}/root.pxar.didx.tmp_abcDEF`,
    'warning unknown-name .chunks/0000/x',
    'warning unknown-name .chunks/00000',
    `warning unknown-name .chunks/0001/${'0'.repeat(64)}`,
    'warning unknown-name host/-x',
    'warning unknown-name host/file',
    `warning unknown-name ${UNFINISHED}/junk`,
    'warning unknown-name host/web/junk',
    'warning unknown-name link',
    'warning unknown-name ns/-b',
    'warning unknown-name ns/a/unknown',
    'warning unknown-name photos',
  ]);
}, 240_000);
