import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { setAccessTime } from '#engine/posix.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { backUp, command, ensureDatastore } from './support/datastore.ts';
import { ADMINISTRATOR, expect, test } from './support/fixtures.ts';
import type { TestServer } from './support/server.ts';

/** Space comes back: a prune is tried and run, and what nothing needs is collected. */

test.describe.configure({ mode: 'serial' });

const DATASTORE = 'reclaim';
const GROUP = 'host/web-1';
/** One a day, and a second one on the last day. */
const TIMES = [
  ...['2026-05-01T08:00:00Z', '2026-05-02T08:00:00Z', '2026-05-03T08:00:00Z'],
  ...['2026-05-04T08:00:00Z', '2026-05-05T08:00:00Z', '2026-05-05T20:00:00Z'],
];
let path = '';

test.beforeAll(async ({ server }) => {
  path = await ensureDatastore(server, DATASTORE);
  // What lies in the trash still needs its chunks.
  await command(server, ['datastore', 'update', DATASTORE, '--trash-days', '0', '--quiet']);
  for (const time of TIMES) await backUp(server, { datastore: DATASTORE, id: 'web-1', time });
  await command(server, ['snapshot', 'protect', `${DATASTORE}:${GROUP}/${TIMES[0]}`, '--quiet']);
  await backUpNoise(server);
});

/** A backup that shares nothing with the others, so that it is garbage once it is forgotten. */
async function backUpNoise(server: TestServer): Promise<void> {
  const tree = join(server.root, 'noise');
  fs.mkdirSync(tree, { recursive: true });
  fs.writeFileSync(join(tree, 'noise.bin'), randomBytes(400_000));
  const group = ['--backup-type', 'host', '--backup-id', 'gone', '--backup-time', '2026-05-01T08:00:00Z'];
  await command(server, ['backup', `root.pxar:${tree}`, '--datastore', DATASTORE, ...group, '--quiet']);
}

/** As if nothing had been used since two days ago. */
function ageChunks(): void {
  const twoDaysAgo = Math.floor(Date.now() / 1000) - 172_800;
  for (const file of fs.globSync(`${path}/.chunks/*/*`)) setAccessTime(file, twoDaysAgo);
}

async function preview(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
}

test('before the first collection it is said what one is for; a preview finds nothing', async ({
  admin: page,
}) => {
  await page.goto(`/datastores/${DATASTORE}/gc`);
  await expect(page).toHaveTitle(/^reclaim · GC — /);
  await expect(page.getByRole('heading', { name: 'No garbage collection yet' })).toBeVisible();
  await preview(page);
  await expect(page.getByText('There is nothing to free.')).toBeVisible();
});

test('what was forgotten waits for the grace, then a collection frees it', async ({
  admin: page,
  server,
}) => {
  const before = chunksOnDisk(path);
  await command(server, ['snapshot', 'forget', `${DATASTORE}:host/gone/2026-05-01T08:00:00Z`, '--yes']);
  await page.goto(`/datastores/${DATASTORE}/gc`);
  await preview(page);
  await expect(page.getByText(/^Frees nothing now, 39\d\sKiB more 1\sd after the last use\.$/)).toBeVisible();
  ageChunks();
  await preview(page);
  await expect(page.getByText(/^Frees 39\d\sKiB now, and nothing waits for the grace\.$/)).toBeVisible();

  await page.getByRole('button', { name: 'Run garbage collection…' }).click();
  const dialog = page.getByRole('dialog', { name: `Run garbage collection on ${DATASTORE}` });
  await expect(dialog.getByText(/^Frees 39\d\sKiB now/)).toContainText('as of the last preview');
  await expect(dialog.getByText('usually')).toHaveCount(0); // there is no history to tell it from
  await expect(dialog.getByText(`ironcore-backup datastore gc ${DATASTORE}`)).toBeVisible();
  await dialog.getByLabel('Grace after the last use').selectOption('1 hour');
  await expect(dialog.getByText('--grace-minutes 60')).toBeVisible();
  await dialog.getByRole('button', { name: 'Run garbage collection' }).click();
  await expect(dialog).toHaveCount(0);

  await expect(page.getByText(/^Freed 39\d\sKiB in \d+ chunks?\.$/)).toBeVisible();
  const after = chunksOnDisk(path);
  expect(before.chunkBytes - after.chunkBytes).toBeGreaterThan(390_000);
  const needed = page.locator('dl > div').filter({ hasText: /^Needed/ });
  await expect(needed).toContainText(`in ${after.chunkCount} chunk`);
  await expect(page.getByText('A garbage collection has run since.')).toBeVisible();
});

test('the history is a chart that the keyboard walks through, and a table', async ({
  admin: page,
  server,
}) => {
  await command(server, ['datastore', 'gc', DATASTORE, '--quiet']);
  await page.goto(`/datastores/${DATASTORE}/gc`);
  const runs = page.getByRole('list', { name: 'Garbage collections, from old to new' }).getByRole('link');
  await expect(runs).toHaveCount(2);
  await runs.last().focus();
  await page.keyboard.press('ArrowLeft');
  await expect(runs.first()).toBeFocused();
  await expect(runs.first()).toHaveAccessibleName(/succeeded, freed 39\d\sKiB, 0\sB waiting, took /);
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('row', { name: /Succeeded 39\d\sKiB 0\sB/ })).toHaveCount(1);
  await page.getByRole('link', { name: 'Open', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Garbage collection' })).toBeVisible();
});

test('a collection that failed says why and what to do', async ({ admin: page, server }) => {
  const index = `${path}/${GROUP}/${TIMES[5]}/root.pxar.didx`;
  const whole = fs.readFileSync(index);
  fs.truncateSync(index, whole.length - 1);
  try {
    expect((await server.cli(['datastore', 'gc', DATASTORE, '--quiet'])).status).not.toBe(0);
  } finally {
    fs.writeFileSync(index, whole);
  }
  await page.goto(`/datastores/${DATASTORE}/gc`);
  const failure = page.getByRole('alert').filter({ hasText: 'Garbage collection failed' });
  await expect(failure).toContainText('GC_INDEX_UNREADABLE');
  await expect(page.getByText('Figures of the last one that came to some')).toBeVisible();
  await failure.getByRole('link', { name: 'Open log' }).click();
  await expect(page.getByRole('region', { name: 'Log lines' })).toBeVisible();
});

test('a policy is tried on the real snapshots, compared with another, and linked', async ({
  admin: page,
}) => {
  await page.goto(`/datastores/${DATASTORE}/prune`);
  await expect(page.getByText('Keeps 6, removes 0', { exact: true })).toBeVisible();
  await page.getByLabel('Daily', { exact: true }).fill('3');
  await expect(page.getByText('Keeps 4, removes 2', { exact: true })).toBeVisible();
  await expect(page.getByText('of 6 snapshots in 1 group; among the kept are 1 protected')).toBeVisible();
  await expect(page.getByText(/nothing older than about 3 days stays/)).toBeVisible();
  await expect(page).toHaveURL(/keep=daily%3A3$/);

  const day = (date: string) => page.getByRole('button', { name: new RegExp(`^2026-05-${date}`) });
  await expect(day('01')).toHaveAccessibleName(/: kept, protected/);
  await expect(day('02')).toHaveAccessibleName(/: removed/);
  await expect(day('03')).toHaveAccessibleName(/: kept, daily/);
  await expect(day('05')).toHaveAccessibleName(/keeps 1 \(daily\), removes 1/);
  await day('03').scrollIntoViewIfNeeded();
  await day('03').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(day('02')).toBeFocused();
  await expect(page.getByRole('tooltip')).toContainText('08:00 goes: beyond every rule');

  await page.getByRole('button', { name: 'Compare' }).click();
  const b = page.getByRole('group', { name: 'Policy B' });
  await b.getByLabel('Daily', { exact: true }).fill('4');
  await expect(page.getByText('B keeps 1 more than A.')).toBeVisible();
  await expect(page.getByText('Only A keeps 0, only B keeps 1.')).toBeVisible();
  await page.getByRole('button', { name: 'Show as list' }).click();
  await page.reload();
  const row = page.getByRole('row', { name: /^2026-05-02 08:00:00/ });
  await expect(row).toContainText('Goes');
  await expect(row).toContainText('daily 2026-05-02');
});

test('a prune says what goes, wants the password again, and keeps what it said', async ({
  admin: page,
  server,
}) => {
  await page.goto(`/datastores/${DATASTORE}/prune?keep=daily:3`);
  await page.getByRole('button', { name: 'Run prune…' }).click();
  const dialog = page.getByRole('alertdialog', { name: `Remove 2 snapshots from ${DATASTORE}?` });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect(dialog).toContainText('2 snapshots in 1 group');
  await expect(dialog).toContainText('The trash is off: what is pruned can no longer be restored.');
  await expect(dialog).toContainText('By the next garbage collection');
  await expect(dialog.getByText('--keep-daily 3')).toBeVisible();
  await server.sql("update session set proven_at = now() - interval '11 minutes'");
  await dialog.getByRole('button', { name: 'Remove 2 snapshots' }).click();
  const question = page.getByRole('dialog', { name: 'Enter your password' });
  await question.getByRole('textbox').fill(ADMINISTRATOR.password);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);

  await expect(page.getByText(/^Of 6 snapshots in 1 group, 2 removed and 4 kept/)).toBeVisible();
  await expect(page.getByText('Keeps 4, removes 0', { exact: true })).toBeVisible();
  const times = fs.readdirSync(`${path}/${GROUP}`).filter((name) => name.startsWith('2026-'));
  expect(times.sort()).toEqual([TIMES[0], TIMES[2], TIMES[3], TIMES[5]]);
});

test('a tried policy becomes that of the schedule, and the schedule is told before it is saved', async ({
  admin: page,
}) => {
  await page.goto(`/datastores/${DATASTORE}/prune?keep=daily:14`);
  await page.getByRole('button', { name: 'Use in the schedule' }).click();
  await expect(page.getByText('Keeps 14 daily')).toBeVisible();
  await page.getByRole('button', { name: 'Change…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Schedule of the prune' });
  await dialog.getByLabel('Schedule', { exact: true }).fill('sun 25:00');
  await expect(dialog.getByText(/Examples: daily, Sun 05:00/)).toBeVisible();
  await dialog.getByLabel('Schedule', { exact: true }).fill('mon 00:00');
  await expect(dialog.getByText('Every Monday at 00:00')).toBeVisible();
  await expect(
    dialog.getByText(/The prune starts at the same minute .*the garbage collection waits/),
  ).toBeVisible();
  await expect(dialog.getByRole('listitem')).toHaveCount(5);
  await dialog.getByLabel('How often').selectOption('Monthly');
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(
    page.getByText(/^ironcore-backup datastore update reclaim --prune-schedule monthly/),
  ).toBeVisible();
});

test('a namespace gets a policy of its own, which is tried, changed and removed', async ({
  admin: page,
  server,
}) => {
  await command(server, ['namespace', 'create', DATASTORE, 'production', '--quiet']);
  await page.goto(`/datastores/${DATASTORE}/prune`);
  await page.getByRole('button', { name: 'Add policy…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add policy' });
  await dialog.getByLabel('Name', { exact: true }).fill('Web');
  await expect(dialog.getByText(/1 to 32 lower-case letters/)).toBeVisible();
  await dialog.getByLabel('Name', { exact: true }).fill('web');
  await dialog.getByLabel('Schedule', { exact: true }).fill('monthly');
  await dialog.getByLabel('Namespace').selectOption('production');
  await dialog.getByLabel('And below it').selectOption('Nothing, only itself');
  await dialog.getByLabel('Last', { exact: true }).fill('9');
  await dialog.getByLabel('Daily', { exact: true }).fill('21');
  await expect(
    dialog.getByText(/The prune starts at the same minute .*: the prune of web waits/),
  ).toBeVisible();
  await expect(dialog.getByText('job create reclaim')).toBeVisible();
  await dialog.getByRole('button', { name: 'Add policy', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('production alone: keeps 9 last, 21 daily')).toBeVisible();
  await expect(page.getByText(/^This job and the default one both prune production: /)).toBeVisible();

  await page.getByRole('link', { name: 'Try web in the simulator' }).click();
  await expect(page).toHaveURL(/keep=last%3A9%2Cdaily%3A21&ns=production&depth=0#simulator$/);
  await page.getByLabel('Weekly', { exact: true }).fill('4');
  await page.getByRole('button', { name: 'Use in web' }).click();
  await expect(page.getByText('production alone: keeps 9 last, 21 daily, 4 weekly')).toBeVisible();

  await page.getByRole('button', { name: 'Remove web…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove web' }).click();
  await expect(page.getByText('A namespace may have a policy and a schedule of its own.')).toBeVisible();
});

test('the palette and the row of the list lead to both', async ({ admin: page }) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type(`garbage collection on ${DATASTORE}`);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: `Run garbage collection on ${DATASTORE}` });
  await expect(dialog.getByRole('button', { name: 'Run garbage collection' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.goto('/datastores');
  await page.getByRole('button', { name: `Actions for ${DATASTORE}` }).click();
  await expect(page.getByRole('menuitem', { name: 'Run garbage collection…' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Prune…' }).click();
  await expect(page).toHaveURL(new RegExp(`/datastores/${DATASTORE}/prune$`));
});
