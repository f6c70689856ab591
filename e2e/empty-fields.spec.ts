import { ensureDatastore, SHARED } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';

/** A form that is sent too early says beside each field what is missing, and the first one takes the focus. */

test('signing in', async ({ admin: page, browser, server }) => {
  expect(page.url()).toBeTruthy(); // somebody must have set the server up
  const context = await browser.newContext({ baseURL: server.console });
  const other = await context.newPage();
  await other.goto('/sign-in');
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other.getByText('Enter your user name.')).toBeVisible();
  await expect(other.getByText('Enter your password.')).toBeVisible();
  await expect(other.getByLabel('User')).toBeFocused();
  await other.keyboard.type('admin');
  await expect(other.getByText('Enter your user name.')).toHaveCount(0);
  await other.keyboard.press('Enter');
  await expect(other.getByRole('textbox', { name: 'Password' })).toBeFocused();
  await context.close();
});

test('a grant, where a choice is missing', async ({ admin: page }) => {
  await page.goto('/access/permissions');
  await page.getByRole('button', { name: 'Grant role' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Grant role' });
  await dialog.getByLabel('Path', { exact: true }).fill('');
  await dialog.getByRole('button', { name: 'Grant role' }).click();
  await expect(dialog.getByText('Choose a user, a token or a group.')).toBeVisible();
  await expect(dialog.getByText('Say where: / is everything.')).toBeVisible();
  await expect(dialog.getByLabel('User, token or group')).toBeFocused();
});

test('a new datastore', async ({ admin: page }) => {
  await page.goto('/datastores/new?step=details');
  await page.getByRole('button', { name: 'Next: schedules' }).click();
  await expect(page.getByText(/^Give the datastore a name\./)).toBeVisible();
  await expect(page.getByText(/^Say where it lies on the server\./)).toBeVisible();
  await expect(page.getByLabel('Name')).toBeFocused();
});

test('the name that a removal wants typed', async ({ admin: page, server }) => {
  await ensureDatastore(server);
  await page.goto('/datastores');
  await page.getByRole('button', { name: `Actions for ${SHARED}` }).click();
  await page.getByRole('menuitem', { name: 'Destroy data…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: /^Destroy/ }).click();
  await expect(dialog.getByText(`Type ${SHARED} first.`)).toBeVisible();
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('another');
  await expect(dialog.getByText(`That is not ${SHARED}.`)).toBeVisible();
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('link', { name: SHARED, exact: true }).first()).toBeVisible();
});
