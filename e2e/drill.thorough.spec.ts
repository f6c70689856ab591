import * as fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import { backUp, command, ensureDatastore } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';

/** A backup proves that it can be restored, by hand and by schedule; one that cannot be says so. */

test.describe.configure({ mode: 'serial' });

const DATASTORE = 'drilled';
const TIME = '2026-05-02T08:11:33Z';
const SNAPSHOT = `host/web-1/${TIME}`;
let path = '';

test.beforeAll(async ({ server }) => {
  path = await ensureDatastore(server, DATASTORE);
  await backUp(server, { datastore: DATASTORE, id: 'web-1', time: TIME });
});

test('a random snapshot comes back whole, and the report can be taken along', async ({ admin: page }) => {
  await page.goto(`/datastores/${DATASTORE}/verify`);
  await expect(page.getByRole('heading', { name: 'No restore drill yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Run a drill…' }).click();
  const dialog = page.getByRole('dialog', { name: `Run a restore drill on ${DATASTORE}` });
  await expect(dialog.getByText(/^The scratch directory has .* of room\.$/)).toBeVisible();
  await expect(dialog.getByText(`ironcore-backup drill run ${DATASTORE}`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Run drill' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText(`${SNAPSHOT} came back whole`)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/^22 files, .* restored in .*hashes compared, all equal\.$/)).toBeVisible();
  await expect(page.getByText(/chosen at random, by /)).toBeVisible();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download report' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^restore-drill-drilled-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.json$/);
  const report = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(report).toMatchObject({ datastore: DATASTORE, snapshot: SNAPSHOT, state: 'passed', problems: [] });
});

test('the schedule is set where the drills are, and the command line knows the reports', async ({
  admin: page,
  server,
}) => {
  await page.goto(`/datastores/${DATASTORE}/verify`);
  await expect(page.getByText('By schedule: Manual only')).toBeVisible();
  await page.getByRole('button', { name: 'Change the schedule of restore drills' }).click();
  const dialog = page.getByRole('dialog', { name: 'Schedule of the restore drill' });
  await dialog.getByRole('textbox', { name: 'Schedule' }).fill('sun 12:00');
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  await expect(page.getByText(/^By schedule: Every Sunday at 12:00, next /)).toBeVisible();

  const run = await command(server, ['drill', 'run', DATASTORE, '--snapshot', SNAPSHOT]);
  expect(run.out).toMatch(/^host\/web-1\/2026-05-02T08:11:33Z restored in .*, every hash equal\.$/m);
  const listed = JSON.parse((await command(server, ['drill', 'report', DATASTORE, '--output', 'json'])).out);
  expect(listed).toMatchObject([
    { state: 'passed', choice: 'named' },
    { state: 'passed', choice: 'random' },
  ]);
  const shown = await command(server, ['drill', 'report', DATASTORE, listed[0].id]);
  expect(shown.out).toMatch(/Snapshot +host\/web-1\/2026-05-02T08:11:33Z, named/);
  const earlier = page.getByRole('region', { name: 'Earlier restore drills' });
  await expect(earlier.getByRole('listitem')).toHaveCount(1);
  await expect(earlier).toContainText(SNAPSHOT);
});

test('a snapshot that cannot be restored is named with what is wrong', async ({ admin: page }) => {
  for (const chunk of fs.globSync(`${path}/.chunks/*/*`)) {
    const bytes = fs.readFileSync(chunk);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    fs.writeFileSync(chunk, bytes);
  }
  await page.goto(`/datastores/${DATASTORE}/verify`);
  await page.getByRole('button', { name: 'Run a drill…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /This snapshot/ }).check();
  await dialog.getByLabel('Snapshot', { exact: true }).fill('web-1');
  await expect(dialog.getByRole('button', { name: 'Run drill' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('Snapshot', { exact: true }).fill(SNAPSHOT);
  await expect(dialog.getByText(/^Takes .*; the scratch directory has .* of room\.$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Run drill' }).click();
  const failed = page.getByRole('alert').filter({ hasText: `${SNAPSHOT} did not come back whole` });
  await expect(failed).toContainText('root.pxar: The archive cannot be restored at byte', {
    timeout: 20_000,
  });
});

test('an option verifies each backup when it is finished', async ({ admin: page, server }) => {
  await page.goto(`/datastores/${DATASTORE}/options`);
  await page.getByRole('checkbox', { name: 'Verify each backup when it is finished' }).check();
  await expect(page.getByText(`--verify-new on`)).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Options saved')).toBeVisible();
  await backUp(server, { datastore: DATASTORE, id: 'web-2' });
  await page.goto(`/snapshots?datastore=${DATASTORE}&verified=ok`);
  await expect(page.getByRole('row').last()).toContainText(/host\/web-2.*Verified/);
});
