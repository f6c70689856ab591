import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { backUp, command, ensureDatastore, SHARED } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';
import { openBackup } from './support/open-backup.ts';

/** What is around every page: hints, menus, the drawer of running tasks, one's own account. */

const DATASTORE = SHARED;

test.beforeAll(async ({ server }) => {
  await ensureDatastore(server);
  for (const id of ['hint-1', 'hint-2']) await backUp(server, { datastore: DATASTORE, id });
});

test('a hint covers nothing that can be pressed, and is gone while its menu is open and after', async ({
  admin: page,
}) => {
  await page.goto('/snapshots?q=hint-');
  const rows = page.getByRole('row', { name: /host\/hint-/ });
  await expect(rows).toHaveCount(2);
  const menu = rows.nth(1).getByRole('button', { name: /^Actions for/ });
  const hint = page.getByRole('region', { name: 'Hint' }).locator('[data-side]');
  // Rows are there before the page listens; the pointer comes again until it does.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await menu.hover();
    await expect(hint).toBeVisible({ timeout: 2000 });
  }).toPass();
  expect(await pressedAt(page, hint)).not.toBe('Hint');
  const { violations } = await new AxeBuilder({ page }).withRules(['region', 'landmark-unique']).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`)).toEqual([]);

  await menu.click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expect(hint).toHaveCount(0);
  await page.getByRole('menuitem', { name: 'Notes…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.mouse.move(0, 0);
  await expect(hint).toHaveCount(0);
});

test('a hint opens for the keyboard and closes on Escape', async ({ admin: page }) => {
  await page.goto('/snapshots');
  const button = page.getByRole('button', { name: 'Theme and display' });
  await expect(button).toBeVisible();
  await expect(async () => {
    await page.getByRole('button', { name: /running$/ }).focus();
    await page.keyboard.press('Tab');
    await expect(button).toBeFocused();
    const hint = page.getByRole('region', { name: 'Hint' });
    await expect(hint).toHaveText(/Theme and display/, { timeout: 2000 });
  }).toPass();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Hint' })).toHaveCount(0);
});

/** What a click in the middle of an element would hit. */
async function pressedAt(page: Page, target: ReturnType<Page['locator']>): Promise<string> {
  const box = await target.boundingBox();
  if (!box) throw new Error('The element is nowhere.');
  const at = [box.x + box.width / 2, box.y + box.height / 2] as const;
  return page.evaluate(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return hit?.closest('[aria-label]')?.getAttribute('aria-label') ?? hit?.tagName ?? 'nothing';
  }, at);
}

test('what runs is counted on every page, opens beside it, and is stopped from there', async ({
  admin: page,
  server,
}) => {
  await page.goto('/settings');
  await expect(page.getByRole('button', { name: '0 tasks running' })).toBeVisible();
  const backup = await openBackup(server, DATASTORE, 'held');
  try {
    await page.getByRole('button', { name: '1 task running' }).click();
    const drawer = page.getByRole('dialog', { name: 'Running tasks' });
    await expect(drawer).toContainText(`${DATASTORE}:host/held/`);
    await expect(drawer.getByText('Running', { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(drawer).toHaveCount(0);
    await expect(page.getByRole('button', { name: '1 task running' })).toBeFocused();

    await page.keyboard.press('Enter');
    await drawer.getByRole('link', { name: 'Backup' }).click();
    await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}$/);
    await expect(drawer).toHaveCount(0);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop task' }).click();
    await expect(page.getByRole('button', { name: '0 tasks running' })).toBeVisible();
    await expect.poll(() => backup.closed).toBe(true);
  } finally {
    backup.close();
  }
  await page.getByRole('button', { name: '0 tasks running' }).click();
  await expect(page.getByRole('dialog').getByText('Nothing is running.')).toBeVisible();
  await page.getByRole('dialog').getByRole('link', { name: 'All tasks' }).click();
  await expect(page).toHaveURL(/\/tasks$/);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a password is changed by whoever knows the old one, and every other session ends', async ({
  admin: page,
  browser,
  server,
}) => {
  const erin = { user: 'erin@ibs', password: 'the first long password' };
  const next = { ...erin, password: 'quite another sentence' };
  const words = ['--role', 'Auditor', '--password', erin.password];
  await command(server, ['user', 'create', erin.user, ...words]);
  const elsewhere = await browser.newContext({ baseURL: server.console });
  const other = await elsewhere.newPage();
  await signIn(other, erin);
  await page.goto('/');
  await page.getByRole('button', { name: 'Account of admin@ibs' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await signIn(page, erin);

  await page.getByRole('button', { name: 'Account of erin@ibs' }).click();
  await page.getByRole('menuitem', { name: 'Change password…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change password' });
  const current = dialog.getByRole('textbox', { name: 'Current password' });
  const save = dialog.getByRole('button', { name: 'Change password' });
  await current.fill('something else');
  await dialog.getByRole('textbox', { name: 'New password' }).fill('short');
  await save.click();
  await expect(dialog.getByText('Use at least 10 characters.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'New password' }).fill(next.password);
  await save.click();
  await expect(dialog.getByText('The current password is wrong.')).toBeVisible();
  await expect(current).toBeFocused();
  await current.fill(erin.password);
  await save.click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('Password changed')).toBeVisible();

  await page.goto('/datastores');
  await expect(page.getByRole('heading', { level: 1, name: 'Datastores' })).toBeVisible();
  await page.goto('/datastores/new');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(['You cannot add datastores']);
  await other.goto('/datastores');
  await expect(other).toHaveURL(/\/sign-in/);
  await fillSignIn(other, erin);
  await expect(other.getByText('User name or password is wrong.')).toBeVisible();
  await fillSignIn(other, next);
  await expect(other).toHaveURL(/\/datastores$/);
  await elsewhere.close();
});

interface Person {
  user: string;
  password: string;
}

async function signIn(page: Page, who: Person) {
  await page.goto('/sign-in');
  await fillSignIn(page, who);
  await expect(page).toHaveURL(/\/$/);
}

async function fillSignIn(page: Page, who: Person) {
  await page.getByLabel('User').fill(who.user);
  await page.getByRole('textbox', { name: 'Password' }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
