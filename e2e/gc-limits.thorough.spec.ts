import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setAccessTime } from '#engine/posix.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { command, ensureDatastore } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';
import type { TestServer } from './support/server.ts';

/** Before a collection runs: who holds the space, how much may go, and when it may run. */

test.describe.configure({ mode: 'serial' });

const DATASTORE = 'limits';
const TIME = '2026-05-01T08:00:00Z';
let path = '';

test.beforeAll(async ({ server }) => {
  path = await ensureDatastore(server, DATASTORE);
  await backUpNoise(server, 'large', 800_000);
  await backUpNoise(server, 'small', 200_000);
});

/** A backup that shares nothing with any other. */
async function backUpNoise(server: TestServer, id: string, bytes: number): Promise<void> {
  const tree = join(server.root, `noise-${id}`);
  fs.mkdirSync(tree, { recursive: true });
  fs.writeFileSync(join(tree, 'noise.bin'), randomBytes(bytes));
  const group = ['--backup-type', 'host', '--backup-id', id, '--backup-time', TIME];
  await command(server, ['backup', `root.pxar:${tree}`, '--datastore', DATASTORE, ...group, '--quiet']);
}

test('a preview tells which namespaces, groups and snapshots hold the space, the largest first', async ({
  admin: page,
  server,
}) => {
  await page.goto(`/datastores/${DATASTORE}/gc`);
  const holds = page.getByRole('region', { name: 'What holds the space' });
  await expect(holds).toHaveCount(0);
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(holds.getByRole('listitem')).toHaveCount(5);
  await expect(holds.getByRole('listitem').first()).toContainText(/^the root namespace9\d\d\sKiB/);
  await expect(holds.getByRole('listitem').nth(3)).toContainText(
    /^host\/large\/2026-05-01T08:00:00Z7\d\d\sKiB/,
  );
  const { out } = await command(server, ['gc', 'preview', DATASTORE]);
  expect(out).toMatch(
    /SNAPSHOT +FREES +SHARED +NEEDS\nhost\/large\/\S+ +7\d\d KiB +0 B +7\d\d KiB\nhost\/small/,
  );
  await holds.getByRole('link', { name: 'host/large', exact: true }).click();
  await expect(page).toHaveURL(/\/snapshots\?.*id=large/);
});

test('window, limit and budget of what runs by itself are set with its schedule', async ({ admin: page }) => {
  await page.goto(`/datastores/${DATASTORE}/gc`);
  await expect(page.getByText('when more than 50 % of what is stored would go')).toBeVisible();
  await page.getByRole('button', { name: 'Change…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Schedule of the garbage collection' });
  const limit = dialog.getByLabel('Removes at most');
  await limit.fill('101');
  await expect(dialog.getByText('At most 100 %.')).toBeVisible();
  await limit.fill('30');
  await dialog.getByLabel('Only in this part of the day').fill('22-6');
  await expect(dialog.getByText('--gc-stop-percent 30')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  await expect(page.getByText('when more than 30 % of what is stored would go')).toBeVisible();
  await expect(page.getByText('only 22:00-06:00')).toBeVisible();

  await page.goto(`/datastores/${DATASTORE}/verify`);
  await page.getByRole('button', { name: 'Change…' }).click();
  const verify = page.getByRole('dialog', { name: 'Schedule of the verification' });
  await verify.getByLabel('Budget of a run').fill('500');
  await verify.getByLabel('Read sound ones again').selectOption('After 7 days');
  await verify.getByRole('button', { name: 'Save schedule' }).click();
  await expect(page.getByText('each snapshot again after 7 days, at most about 500')).toBeVisible();
});

test('a run above its limit removes nothing and says how to go on', async ({ admin: page, server }) => {
  await command(server, ['datastore', 'update', DATASTORE, '--trash-days', '0']);
  await command(server, ['snapshot', 'forget', `${DATASTORE}:host/large/${TIME}`, '--yes', '--quiet']);
  for (const file of fs.globSync(`${path}/.chunks/*/*`))
    setAccessTime(file, Math.floor(Date.now() / 1000) - 172_800);
  const before = chunksOnDisk(path).chunkCount;
  await page.goto(`/datastores/${DATASTORE}/gc`);
  await page.getByRole('button', { name: 'Run garbage collection…' }).click();
  const dialog = page.getByRole('dialog', { name: `Run garbage collection on ${DATASTORE}` });
  await dialog.getByLabel('Removes at most').fill('40');
  await expect(dialog.getByText('--stop-percent 40')).toBeVisible();
  await dialog.getByRole('button', { name: 'Run garbage collection' }).click();
  await expect(
    page.getByText(/It would remove \d\d % of what is stored, and may remove at most 40 %/),
  ).toBeVisible();
  await expect(page.getByText('GC_TOO_MUCH')).toBeVisible();
  expect(chunksOnDisk(path).chunkCount).toBe(before);
  await command(server, ['datastore', 'gc', DATASTORE, '--quiet']);
  await expect(page.getByText(/^Freed 7\d\d\sKiB in \d+ chunks?\.$/)).toBeVisible();
});

test('the coverage is told by chunks as well', async ({ admin: page, server }) => {
  await command(server, ['datastore', 'verify', DATASTORE, '--quiet']);
  await command(server, ['datastore', 'gc', DATASTORE, '--dry-run', '--quiet']);
  await page.goto(`/datastores/${DATASTORE}/verify`);
  await expect(page.getByText(/^By chunks, as of/)).toBeVisible();
  const week = page.locator('dl').last().locator('div').filter({ hasText: 'Within 7 days' });
  await expect(week).toContainText('100');
});
