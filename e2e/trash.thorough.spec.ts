import type { Page } from '@playwright/test';
import { backUp, command, ensureDatastore, SHARED } from './support/datastore.ts';
import { ADMINISTRATOR, expect, test } from './support/fixtures.ts';

/** What was removed by hand or by a prune is found again, comes back whole, and goes for good only on purpose. */

test.describe.configure({ mode: 'serial' });

const NAMESPACE = 'bin';
const GROUP = 'host/web-9';
const TIMES = ['2026-05-01T08:00:00Z', '2026-05-02T08:00:00Z', '2026-05-03T08:00:00Z'] as const;
const CONTENT = `/datastores/${SHARED}/content?ns=${NAMESPACE}&open=${encodeURIComponent(GROUP)}`;
const PRUNE = `/datastores/${SHARED}/prune`;

test.beforeAll(async ({ server }) => {
  await ensureDatastore(server);
  await command(server, ['namespace', 'create', SHARED, NAMESPACE]);
  for (const time of TIMES)
    await backUp(server, { datastore: SHARED, id: 'web-9', namespace: NAMESPACE, time });
});

const inTrash = (page: Page, time = '') =>
  page
    .getByRole('region', { name: 'Trash' })
    .getByRole('row')
    .filter({ has: page.getByRole('checkbox', { name: `Select ${NAMESPACE}/${GROUP}/${time}` }) });

const inContent = (page: Page) =>
  page.getByRole('region', { name: `Snapshots of ${GROUP}` }).getByRole('link', { name: /^2026-05-0/ });

test('a forgotten snapshot lies in the trash, and is in its group again when it is restored', async ({
  admin: page,
}) => {
  await page.goto(CONTENT);
  await expect(inContent(page)).toHaveCount(3);
  await page.getByRole('checkbox', { name: `Select ${GROUP}/${TIMES[0]}` }).click();
  await page.getByRole('button', { name: 'Forget…' }).click();
  const dialog = page.getByRole('alertdialog', { name: `Forget ${GROUP}/${TIMES[0]}?` });
  await expect(dialog).toContainText('It goes to the trash of the datastore.');
  await expect(dialog).toContainText(/Can be restored until at least\d{4}-\d\d-\d\d .*in (23\sh|1\sd)/);
  await dialog.getByRole('button', { name: 'Forget 1 snapshot' }).click();
  await expect(inContent(page)).toHaveCount(2);

  await page.getByRole('link', { name: 'Open trash' }).click();
  await expect(page).toHaveURL(/\/datastores\/shared\/prune#trash$/);
  const row = inTrash(page, TIMES[0]);
  await expect(row).toContainText(/Forgotten.*admin@ibs.*in (23\sh|1\sd)/);
  await expect(row).toBeInViewport();
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Restore' }).click();
  await expect(page.getByText('1 snapshot restored from the trash.')).toBeVisible();
  await expect(row).toHaveCount(0);
  await page.goto(CONTENT);
  await expect(inContent(page)).toHaveCount(3);
});

test('what a prune removes is found by its group, and comes back together', async ({ admin: page }) => {
  await page.goto(`${PRUNE}?ns=${NAMESPACE}&keep=last:1`);
  await expect(page.getByText('Keeps 1, removes 2', { exact: true })).toBeVisible();
  await expect(page.getByText('What is pruned stays in the trash for 1 day')).toBeVisible();
  await page.getByRole('button', { name: 'Run prune…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('Can be restored until at least');
  await dialog.getByRole('button', { name: 'Remove 2 snapshots' }).click();
  await expect(inTrash(page)).toHaveCount(2);
  await expect(inTrash(page).first()).toContainText('Pruned');

  await page.getByLabel('Filter by group').fill('nothing-like-this');
  await expect(page.getByText('No snapshots in the trash match')).toBeVisible();
  await page.getByLabel('Filter by group').fill('BIN/host/web');
  await expect(inTrash(page)).toHaveCount(2);
  await expect(page).toHaveURL(/keep=last%3A1.*trash\.q=BIN%2Fhost%2Fweb/);
  await page
    .getByRole('region', { name: 'Trash' })
    .getByRole('checkbox', { name: 'Select all rows' })
    .click();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('2 snapshots restored from the trash.')).toBeVisible();
  await expect(inTrash(page)).toHaveCount(0);
  await expect(page.getByText('Keeps 1, removes 2', { exact: true })).toBeVisible();
});

test('what is there again is not written over: the refusal says so, and the item stays until it is removed', async ({
  admin: page,
  server,
}) => {
  await command(server, ['snapshot', 'forget', `${SHARED}:${NAMESPACE}/${GROUP}/${TIMES[2]}`, '--yes']);
  await backUp(server, { datastore: SHARED, id: 'web-9', namespace: NAMESPACE, time: TIMES[2] });
  await page.goto(`${PRUNE}#trash`);
  await inTrash(page)
    .getByRole('button', { name: /^Actions for/ })
    .click();
  await page.getByRole('menuitem', { name: 'Restore' }).click();
  const refusal = page.getByRole('alert').filter({ hasText: 'Nothing was restored' });
  await expect(refusal).toContainText(`There is a snapshot ${NAMESPACE}/${GROUP}/${TIMES[2]} already.`);
  await expect(refusal).toBeInViewport();
  await expect(inTrash(page)).toHaveCount(1);

  await inTrash(page)
    .getByRole('button', { name: /^Actions for/ })
    .click();
  await page.getByRole('menuitem', { name: 'Remove for good…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Remove 1 snapshot of the trash for good?' });
  await expect(dialog).toContainText(`Goes for good${NAMESPACE}/${GROUP}/${TIMES[2]}`);
  await dialog.getByLabel(`Type ${SHARED} to confirm`).fill(SHARED);
  await dialog.getByRole('button', { name: 'Remove 1 snapshot for good' }).click();
  await expect(page.getByText(/^1 snapshot of the trash removed for good\. Space is freed by/)).toBeVisible();
  await expect(inTrash(page)).toHaveCount(0);
});

test('emptying wants the name and the password, and says what it frees and when', async ({
  admin: page,
  server,
}) => {
  await command(server, ['snapshot', 'forget', `${SHARED}:${NAMESPACE}/${GROUP}/${TIMES[0]}`, '--yes']);
  await page.goto(`${PRUNE}#trash`);
  await page.getByRole('button', { name: 'Empty trash…' }).click();
  const dialog = page.getByRole('alertdialog', { name: `Empty the trash of ${SHARED}?` });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect(dialog).toContainText('Freed nownothing');
  await dialog.getByRole('checkbox', { name: 'Collect garbage right after' }).click();
  await expect(
    dialog.getByText(`ironcore-backup trash empty ${SHARED} --collect --yes`, { exact: true }),
  ).toBeVisible();
  const remove = dialog.getByRole('button', { name: /^Remove \d+ snapshots? for good$/ });
  await remove.click();
  await expect(dialog.getByText(`Type ${SHARED} first.`)).toBeVisible();
  await dialog.getByLabel(`Type ${SHARED} to confirm`).fill(SHARED);
  await server.sql("update session set proven_at = now() - interval '11 minutes'");
  await remove.click();
  const question = page.getByRole('dialog', { name: 'Enter your password' });
  await question.getByRole('textbox').fill(ADMINISTRATOR.password);
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(
    page.getByText(/of the trash removed for good\. A garbage collection was started/),
  ).toBeVisible();
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
  const { out } = await command(server, ['trash', 'list', SHARED, '--output', 'json']);
  expect(JSON.parse(out)).toEqual([]);
});

test('switched off in the options, everything says that removed is gone', async ({ admin: page, server }) => {
  try {
    await page.goto(`/datastores/${SHARED}/options`);
    await page.getByLabel('Keep removed snapshots in the trash').fill('0');
    await expect(page.getByText(`ironcore-backup datastore update ${SHARED} --trash-days 0`)).toBeVisible();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Options saved')).toBeVisible();
    await page.goto('/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`trash of ${SHARED}`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'The trash is off' })).toBeInViewport();
    await page.goto(CONTENT);
    await page.getByRole('checkbox', { name: `Select ${GROUP}/${TIMES[1]}` }).click();
    await page.getByRole('button', { name: 'Forget…' }).click();
    await expect(page.getByRole('alertdialog')).toContainText('can no longer be restored');
  } finally {
    await command(server, ['datastore', 'update', SHARED, '--trash-days', '1', '--quiet']);
  }
});
