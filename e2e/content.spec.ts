import * as fs from 'node:fs';
import { backUp, command, ensureDatastore, noteText, SHARED, smallTree } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';
import { openBackup } from './support/open-backup.ts';

/** What lies in a datastore: found, looked into, downloaded, protected, written upon and forgotten. */

test.describe.configure({ mode: 'serial' });

const DATASTORE = SHARED;
const TIMES = ['2026-05-01T08:00:00Z', '2026-05-02T08:00:00Z', '2026-05-03T08:00:00Z'];

test.beforeAll(async ({ server }) => {
  await ensureDatastore(server);
  for (const time of TIMES) await backUp(server, { datastore: DATASTORE, id: 'web-1', time });
});

test('groups open to snapshots, snapshots to archives, and the address leads there again', async ({
  admin: page,
}) => {
  await page.goto(`/datastores/${DATASTORE}/content`);
  await page.getByRole('button', { name: 'Show snapshots of host/web-1' }).click();
  const snapshots = page.getByRole('region', { name: 'Snapshots of host/web-1' });
  await expect(snapshots.getByRole('link', { name: /^2026-05-0/ })).toHaveCount(3);
  await expect(page).toHaveURL(/open=host%2Fweb-1/);
  await page.reload();
  await snapshots.getByRole('button', { name: /^Show archives of host\/web-1\/2026-05-03/ }).click();
  await expect(snapshots.getByText('root.pxar', { exact: true })).toBeVisible();
  await snapshots.getByRole('link', { name: 'Browse root.pxar' }).click();
  await expect(page).toHaveURL(/\/snapshots\/shared\/host\/web-1\/2026-05-03.*archive=root.pxar.didx/);
});

test('a namespace is added where one looks, and appears in the tree', async ({ admin: page }) => {
  await page.goto(`/datastores/${DATASTORE}/content`);
  await page.getByRole('button', { name: 'Add namespace' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('not valid');
  await dialog.getByRole('button', { name: 'Add namespace' }).click();
  await expect(dialog.getByText('"not valid" cannot name a namespace.')).toBeVisible();
  await dialog.getByLabel('Name').fill('production');
  await expect(dialog.getByText(`ironcore-backup namespace create ${DATASTORE} production`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Add namespace' }).click();
  await expect(page).toHaveURL(/\?ns=production$/);
  await expect(page.getByRole('treeitem', { name: /^production/ })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText('No backups in production yet')).toBeVisible();
});

test('a backup that ends while one looks is there without a reload', async ({ admin: page, server }) => {
  await page.goto(`/datastores/${DATASTORE}/content?ns=production`);
  await expect(page.getByText('No backups in production yet')).toBeVisible();
  await backUp(server, { datastore: DATASTORE, id: 'fresh', namespace: 'production' });
  await expect(page.getByRole('button', { name: 'Show snapshots of host/fresh' })).toBeVisible();
});

test('a group moves to another namespace, which is said before, and back', async ({ admin: page }) => {
  await page.goto(`/datastores/${DATASTORE}/content?ns=production`);
  await page.getByRole('button', { name: /Actions for host\/fresh|host\/fresh.*actions/i }).click();
  await page.getByRole('menuitem', { name: 'Move…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('To namespace').selectOption('Root');
  await expect(dialog.getByText('1 snapshot, with owner, notes and protection')).toBeVisible();
  await expect(dialog.getByText(`--destination ${DATASTORE}:host/fresh`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Move group' }).click();
  await expect(dialog.getByRole('link', { name: 'Root' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Move back' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Show snapshots of host/fresh' })).toBeVisible();
});

test('the palette finds a group and its namespace by a part of their names', async ({ admin: page }) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('fresh');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await expect(palette.getByRole('option', { name: /^host\/fresh/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/ns=production&q=host%2Ffresh&open=host%2Ffresh$/);
  await expect(page.getByRole('region', { name: 'Snapshots of host/fresh' })).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('product');
  await expect(palette.getByRole('option', { name: /^production/ })).toHaveAttribute('aria-selected', 'true');
});

test('snapshots are sorted by the head of a column, and the address says how', async ({ admin: page }) => {
  await page.goto(`/snapshots?datastore=${DATASTORE}&id=web-1`);
  const times = page.getByRole('main').locator('tbody time[datetime^="2026-05"]');
  await expect(times.first()).toHaveText(/2026-05-03/);
  await page.getByRole('button', { name: /^Time/ }).click();
  await expect(page).toHaveURL(/sort=time$/);
  await expect(times.first()).toHaveText(/2026-05-01/);
  await page.reload();
  await expect(times.first()).toHaveText(/2026-05-01/);
});

test('what is written now is not what was cut off', async ({ admin: page, server }) => {
  const backup = await openBackup(server, DATASTORE, 'writing');
  try {
    await page.goto(`/snapshots?datastore=${DATASTORE}&id=writing`);
    const row = page.getByRole('row', { name: /host\/writing/ });
    await expect(row.getByText('Running', { exact: true })).toBeVisible();
    await expect(row.getByText('Unfinished', { exact: true })).toHaveCount(0);
  } finally {
    backup.close();
  }
});

test('a file is found in a snapshot and downloaded as it was', async ({ admin: page }) => {
  await page.goto(`/snapshots?id=web-1&datastore=${DATASTORE}`);
  await page
    .getByRole('row', { name: /2026-05-02/ })
    .getByRole('link', { name: 'host/web-1' })
    .click();
  const tree = page.getByRole('tree', { name: 'Files of root.pxar' });
  await tree.getByRole('treeitem', { name: 'docs' }).focus();
  await page.keyboard.press('ArrowRight');
  await tree.getByRole('treeitem', { name: /^note-7\.txt/ }).click();
  const panel = page.getByRole('region', { name: 'Selected entry' });
  await expect(panel).toContainText('/docs/note-7.txt');
  const download = page.waitForEvent('download');
  await panel.getByRole('link', { name: 'Download', exact: true }).click();
  expect(fs.readFileSync(await (await download).path(), 'utf8')).toBe(noteText(7));

  // The address leads to the same file, opened from the top.
  await page.reload();
  await expect(tree.getByRole('treeitem', { name: /^note-7\.txt/ })).toHaveAttribute('aria-selected', 'true');
  await tree.getByRole('treeitem', { name: /^docs/ }).click();
  const zip = page.waitForEvent('download');
  await panel.getByRole('link', { name: 'Download as zip' }).click();
  expect((await zip).suggestedFilename()).toBe('docs.zip');
});

test('protection holds a snapshot back from being forgotten, and can be taken back', async ({
  admin: page,
}) => {
  await page.goto(`/snapshots/${DATASTORE}/host/web-1/${encodeURIComponent('2026-05-01T08:00:00Z')}`);
  await page.getByRole('button', { name: 'Protect', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Remove protection' })).toBeVisible();
  await page.getByRole('button', { name: 'More actions' }).click();
  await expect(page.getByRole('menuitem', { name: /^Forget/ })).toContainText('It is protected');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: 'Protect', exact: true })).toBeVisible();
});

test('notes are written into the snapshot', async ({ admin: page, server }) => {
  await page.goto(`/snapshots/${DATASTORE}/host/web-1/${encodeURIComponent('2026-05-01T08:00:00Z')}`);
  await page.getByRole('button', { name: 'Edit notes' }).click();
  await page.getByRole('dialog').getByLabel('Notes').fill('Before the upgrade');
  await page.getByRole('button', { name: 'Save notes' }).click();
  await expect(page.getByRole('main').getByText('Before the upgrade')).toBeVisible();
  const { out } = await server.cli(['snapshot', 'notes', `${DATASTORE}:host/web-1/2026-05-01T08:00:00Z`]);
  expect(out.trim()).toBe('Before the upgrade');
});

test('forgetting says what goes before it goes', async ({ admin: page }) => {
  await page.goto(`/datastores/${DATASTORE}/content?open=host%2Fweb-1`);
  const snapshots = page.getByRole('region', { name: 'Snapshots of host/web-1' });
  await snapshots.getByRole('checkbox', { name: /^Select host\/web-1\/2026-05-01/ }).click();
  await snapshots.getByRole('checkbox', { name: /^Select host\/web-1\/2026-05-02/ }).click();
  await snapshots.getByRole('button', { name: 'Forget…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Forget 2 snapshots?' });
  await expect(dialog).toContainText('2 snapshots of 1 group');
  await expect(dialog).toContainText('They go to the trash of the datastore.');
  await dialog.getByRole('button', { name: 'Forget 2 snapshots' }).click();
  await expect(dialog).toBeHidden();
  await expect(snapshots.getByRole('link', { name: /^2026-05-0/ })).toHaveCount(1);
});

test('a namespace is at once a place for backups, shows what it shares, and goes with a plan of what goes', async ({
  admin: page,
  server,
}) => {
  await page.goto(`/datastores/${DATASTORE}`);
  await page.getByRole('link', { name: 'Namespaces' }).click();
  await page.getByRole('button', { name: 'Add namespace' }).click();
  const adding = page.getByRole('dialog');
  await adding.getByLabel('Name').fill('not valid');
  await expect(adding.getByText('"not valid" cannot name a namespace.')).toBeVisible();
  await adding.getByLabel('Name').fill('staging');
  await expect(adding.getByText(`Becomes ${DATASTORE}:staging.`)).toBeVisible();
  await adding.getByRole('button', { name: 'Add namespace' }).click();
  await expect(page).toHaveURL(/\/namespaces\?ns=staging$/);
  const panel = page.getByRole('region', { name: 'Usage' });

  await page.getByRole('button', { name: 'Back up a machine' }).click();
  await page.getByRole('dialog').getByLabel('Namespace').click();
  await expect(page.getByRole('option', { name: 'staging' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  // The same files into the root and into it: nothing of them is stored twice.
  const words = ['backup', `root.pxar:${smallTree(server)}`, '--datastore', DATASTORE, '--quiet'];
  const twin = [...words, '--backup-type', 'host', '--backup-id', 'twin'];
  await command(server, twin);
  await command(server, [...twin, '--ns', 'staging']);
  await command(server, ['datastore', 'gc', DATASTORE, '--quiet']);
  await expect(panel).toContainText('All of it is needed by other namespaces as well, and stored once.');
  await expect(page.getByRole('region', { name: 'Permissions' })).toContainText('from /');

  await page.getByRole('button', { name: 'Actions for staging' }).last().click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const deleting = page.getByRole('alertdialog', { name: 'Delete namespace staging?' });
  await expect(deleting).toContainText('1 snapshot of 1 group');
  await expect(deleting).toContainText('come back to it from there');
  await expect(deleting).toContainText(`namespace delete ${DATASTORE} staging`);
  await deleting.getByRole('button', { name: 'Delete staging and 1 snapshot' }).click();
  await expect(deleting).toBeHidden();
  await expect(page.getByRole('row', { name: /^staging/ })).toHaveCount(0);
  const { out } = await server.cli(['trash', 'list', DATASTORE, '--search', 'staging']);
  expect(out).toContain('staging/host/twin');
});
