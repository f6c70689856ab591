import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { backUp, command, ensureDatastore } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';
import type { TestServer } from './support/server.ts';

/** Damage is found, named, mended by the next backup, and known to be mended. */

test.describe.configure({ mode: 'serial' });

const DATASTORE = 'sound';
const FIRST = '2026-05-01T08:00:00Z';
const SECOND = '2026-05-02T08:00:00Z';
let path = '';

test.beforeAll(async ({ server }) => {
  path = await ensureDatastore(server, DATASTORE);
  await backUp(server, { datastore: DATASTORE, id: 'web-1', time: FIRST });
  const tree = noiseTree(server);
  fs.mkdirSync(tree, { recursive: true });
  fs.writeFileSync(join(tree, 'noise.bin'), randomBytes(400_000));
  await backUpNoise(server, FIRST);
});

const noiseTree = (server: TestServer) => join(server.root, 'noise-to-verify');

/** Shares no chunk with the other group. */
async function backUpNoise(server: TestServer, time: string): Promise<void> {
  const group = ['--backup-type', 'host', '--backup-id', 'noise', '--backup-time', time];
  const archive = `root.pxar:${noiseTree(server)}`;
  await command(server, ['backup', archive, '--datastore', DATASTORE, ...group, '--quiet']);
}

/** One byte of the chunk that holds the noise; its size stays. */
function breakLargestChunk(): void {
  const chunks = fs.globSync(`${path}/.chunks/*/*`).map((file) => ({ file, size: fs.statSync(file).size }));
  const [largest] = chunks.toSorted((a, b) => b.size - a.size);
  if (!largest) throw new Error('there is no chunk');
  const bytes = fs.readFileSync(largest.file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  fs.writeFileSync(largest.file, bytes);
}

async function run(page: Page, again?: string): Promise<void> {
  await page.getByRole('button', { name: 'Run verification…' }).click();
  const dialog = page.getByRole('dialog', { name: `Run verification on ${DATASTORE}` });
  if (again !== undefined) await dialog.getByLabel('Read sound ones again').selectOption(again);
  await dialog.getByRole('button', { name: 'Run verification' }).click();
  await expect(dialog).toHaveCount(0);
}

test('the first run says what it will read, and then that all of it is sound', async ({ admin: page }) => {
  await page.goto(`/datastores/${DATASTORE}/verify`);
  await expect(page).toHaveTitle(/^sound · Verify — /);
  await expect(page.getByRole('heading', { name: 'No verification yet' })).toBeVisible();
  await expect(page.getByText('0 of 2 snapshots found sound within 30 days.')).toBeVisible();
  await page.getByRole('button', { name: 'Run verification…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^2 snapshots, at most 39\d\sKiB\./)).toBeVisible();
  await dialog.getByLabel('Budget').fill('5');
  await expect(dialog.getByText('--outdated-after 30')).toBeVisible();
  await expect(dialog.getByText('--budget 5')).toBeVisible();
  await dialog.getByRole('button', { name: 'Run verification' }).click();
  await expect(
    page.getByText(/^2 snapshots verified, 39\d\sKiB in \d+ chunks read: all sound\.$/),
  ).toBeVisible();
  await expect(page.getByText('All 2 snapshots were sound within the last 30 days.')).toBeVisible();
});

test('one broken byte is found, and the page names the snapshot and what mends it', async ({
  admin: page,
}) => {
  breakLargestChunk();
  await page.goto(`/datastores/${DATASTORE}/verify`);
  await page.getByRole('button', { name: 'Run verification…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Nothing: no snapshot is due.')).toBeVisible();
  await page.keyboard.press('Escape');
  await run(page, 'Always');

  const found = page.getByRole('alert').filter({ hasText: 'Damage found' });
  await expect(found).toContainText('1 snapshot of 2 damaged');
  await expect(page.getByText('1 of 2 snapshots is damaged.')).toBeVisible();
  const damaged = page.getByRole('listitem').filter({ hasText: `host/noise/${FIRST}` });
  await expect(damaged).toContainText(/chunk [0-9a-f]{8,}/i);
  await expect(damaged).toContainText('Damaged');
  await expect(page.getByText('stores damaged chunks anew')).toBeVisible();
  await found.getByRole('link', { name: 'Open log' }).click();
  await expect(page.getByRole('region', { name: 'Log lines' })).toContainText(`host/noise/${FIRST}`);

  await page.goto(`/snapshots?datastore=${DATASTORE}&verified=failed`);
  await expect(page.getByRole('row')).toHaveCount(2); // its head, and the one
  await expect(page.getByRole('row').last()).toContainText('host/noise');
  await page.goto(`/snapshots?datastore=${DATASTORE}&verified=ok`);
  await expect(page.getByRole('row').last()).toContainText(/host\/web-1.*Verified/);
});

test('the next backup mends it, and another verification knows', async ({ admin: page, server }) => {
  await backUpNoise(server, SECOND);
  await page.goto(`/datastores/${DATASTORE}/verify`);
  await page.getByRole('button', { name: 'Verify again…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^2 snapshots, at most/)).toBeVisible(); // the damaged one and the new one
  await dialog.getByRole('button', { name: 'Run verification' }).click();
  await expect(page.getByText(/^2 snapshots verified, .*: all sound\. Not read: 1 snapshot/)).toBeVisible();
  await expect(page.getByText('All 3 snapshots were sound within the last 30 days.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Damaged snapshots' })).toHaveCount(0);

  const runs = page.getByRole('list', { name: 'Verifications, from old to new' }).getByRole('link');
  await expect(runs).toHaveCount(3);
  await expect(runs.nth(1)).toHaveAccessibleName(/failed, 2 snapshots, 1 damaged, 39\d\sKiB read, took /);
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('row', { name: /Failed sound 2 1 / })).toHaveCount(1);
});

test('a single snapshot or group is verified from its row, and a datastore from the palette', async ({
  admin: page,
}) => {
  await page.goto(`/datastores/${DATASTORE}/content?open=host%2Fnoise`);
  await page.getByRole('button', { name: 'Actions for host/noise', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Verify…' }).click();
  await expect(page.getByRole('dialog').getByText('--group host/noise')).toBeVisible();
  await expect(page.getByRole('dialog').getByText('--again')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: `Actions for host/noise/${SECOND}` }).click();
  await page.getByRole('menuitem', { name: 'Verify…' }).click();
  const dialog = page.getByRole('dialog', { name: `Verify host/noise/${SECOND}` });
  await expect(dialog.getByText(`--snapshot host/noise/${SECOND}`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Run verification' }).click();
  await expect(page).toHaveURL(new RegExp(`/datastores/${DATASTORE}/verify$`));
  await expect(
    page.getByText(/^1 snapshot verified, 39\d\sKiB in \d+ chunks? read: all sound\.$/),
  ).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.keyboard.type(`verify ${DATASTORE}`);
  await page.keyboard.press('Enter');
  const asked = page.getByRole('dialog', { name: `Run verification on ${DATASTORE}` });
  await expect(asked.getByRole('button', { name: 'Run verification' })).toBeVisible();
});
