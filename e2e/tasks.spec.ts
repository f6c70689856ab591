import * as fs from 'node:fs';
import { backUp, command, ensureDatastore, SHARED } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';

/** What ran and what runs: lists, one task, its log. */

test.describe.configure({ mode: 'serial' });

const DATASTORE = SHARED;

test.beforeAll(async ({ server }) => {
  await ensureDatastore(server);
  await backUp(server, { datastore: DATASTORE, id: 'logged' });
  // A failure to look at: the directory is not empty.
  const full = `${server.root}/stores/full`;
  fs.mkdirSync(full, { recursive: true });
  fs.writeFileSync(`${full}/photo.jpg`, '');
  const words = ['--name', 'broken', '--type', 'local', '--path', full];
  const { status } = await server.cli([
    'datastore',
    'create',
    ...words,
    '--same-filesystem-reason',
    'Only a test',
  ]);
  expect(status).not.toBe(0);
});

test('the list is narrowed by saved views and chips, all in the address', async ({ admin: page }) => {
  await page.goto('/tasks');
  await expect(page.getByRole('link', { name: 'Create datastore' }).first()).toBeVisible();
  await page.getByRole('link', { name: 'Running', exact: true }).click();
  await expect(page).toHaveURL(/state=running&state=queued/);
  await expect(page.getByText('No tasks match')).toBeVisible();
  await page.getByRole('link', { name: 'All', exact: true }).click();
  await expect(page).toHaveURL(/\/tasks$/);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Backup', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/kind=backup/);
  await expect(page.getByRole('link', { name: 'Create datastore' })).toHaveCount(0);
  await expect(page.getByText('ironcore-backup task list --kind backup --days 7')).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('link', { name: 'Create datastore' }).first()).toBeVisible();
});

test('a task shows its steps, what it came to, and a log that is searched, linked and saved', async ({
  admin: page,
}) => {
  await page.goto(`/tasks?kind=datastore.create&datastore=${DATASTORE}`);
  await page.getByRole('link', { name: 'Create datastore' }).click();
  await expect(page.getByRole('main')).toContainText(`${DATASTORE} is online.`);
  await expect(page.getByText('Make 65 536 chunk directories and the identity file')).toBeVisible();
  const log = page.getByRole('region', { name: 'Log lines' });
  await expect(log.getByText('Making 65 536 chunk directories.')).toBeVisible();

  await page.getByLabel('Search the log').fill('identity');
  await expect(log.getByRole('link')).toHaveCount(1);
  await expect(log.locator('mark')).toHaveText('Identity');
  await page.getByLabel('Search the log').fill('');
  await log.getByRole('link', { name: 'Line 3', exact: true }).click();
  await expect(page).toHaveURL(/#L3$/);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download log' }).click();
  const text = fs.readFileSync(await (await download).path(), 'utf8');
  expect(text).toContain('Making 65 536 chunk directories.');
});

test('a failed task tells the cause on top and opens its log at the line', async ({ admin: page }) => {
  await page.goto('/tasks');
  await page.getByRole('link', { name: 'Failures', exact: true }).click();
  await page
    .getByRole('row', { name: /Create datastore.*broken/ })
    .getByRole('link')
    .click();
  await expect(page.getByText('Failed at “Look at the directory once more”')).toBeVisible();
  await expect(page.getByText('DATASTORE_PATH_NOT_EMPTY')).toBeVisible();
  const log = page.getByRole('region', { name: 'Log lines' });
  await page.getByLabel('Level').selectOption('Errors');
  await expect(log.getByText('The directory is not empty: photo.jpg')).toBeVisible();
});

test('free text finds tasks by what came of them, and stands in the address', async ({ admin: page }) => {
  await page.goto('/tasks');
  await page.getByRole('searchbox').fill('photo.jpg');
  await expect(page).toHaveURL(/q=photo\.jpg/);
  await expect(page.getByRole('row', { name: /Create datastore.*broken/ })).toHaveCount(1);
  await expect(page.getByRole('row', { name: /Backup/ })).toHaveCount(0);
  await expect(page.getByText('ironcore-backup task list --search photo.jpg --days 7')).toBeVisible();
  await page.getByRole('searchbox').fill('nothing has this in it');
  await expect(page.getByText('text contains “nothing has this in it”')).toBeVisible();
});

test('what only looks is run again from its page and from the list; a failed creation says what to do', async ({
  admin: page,
  server,
}) => {
  await command(server, ['datastore', 'probe', DATASTORE, '--quiet']);
  await page.goto(`/tasks?kind=datastore.probe&datastore=${DATASTORE}`);
  await page
    .getByRole('row', { name: /Probe datastore/ })
    .first()
    .getByRole('link')
    .click();
  const first = page.url();
  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(page).not.toHaveURL(first);
  await expect(page.getByRole('heading', { name: 'Probe datastore' })).toBeVisible();

  await page.goto('/tasks?state=failed');
  await page.getByRole('button', { name: /^Actions for Create datastore broken/ }).click();
  await expect(page.getByRole('menuitem', { name: /Run again/ })).toContainText('Add the datastore anew.');
});

test('a new task appears in the open list, and its end as well', async ({ admin: page, server }) => {
  const words = ['--kind', 'datastore.probe', '--datastore', DATASTORE, '--output', 'json'];
  const { out } = await command(server, ['task', 'list', ...words]);
  const before = (JSON.parse(out) as unknown[]).length;
  await page.goto(`/tasks?kind=datastore.probe&datastore=${DATASTORE}`);
  const ended = page.getByRole('row', { name: /Probe datastore.*Succeeded/ });
  await expect(ended).toHaveCount(before);
  await command(server, ['datastore', 'probe', DATASTORE, '--quiet']);
  await expect(ended).toHaveCount(before + 1);
});

test('a second tab hears of changes through the first, and goes on alone when that is closed', async ({
  admin: first,
  context,
  server,
}) => {
  const { out } = await command(server, ['task', 'list', '--kind', 'datastore.rescan', '--output', 'json']);
  const before = (JSON.parse(out) as unknown[]).length;
  await first.goto('/tasks?kind=datastore.rescan');
  const second = await context.newPage();
  await second.goto('/tasks?kind=datastore.rescan');
  const ended = second.getByRole('row', { name: /Rescan datastore.*Succeeded/ });
  await expect(second.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(ended).toHaveCount(before);
  await command(server, ['datastore', 'rescan', DATASTORE, '--quiet']);
  await expect(ended).toHaveCount(before + 1);
  await first.close();
  await command(server, ['datastore', 'rescan', DATASTORE, '--quiet']);
  await expect(ended).toHaveCount(before + 2);
});

test('a task that does not exist says so', async ({ admin: page }) => {
  await page.goto('/tasks/00000000-0000-4000-8000-000000000000');
  await expect(page.getByRole('heading', { name: 'There is no such task' })).toBeVisible();
});
