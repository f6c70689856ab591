import type { Page } from '@playwright/test';
import { expect, test } from './support/fixtures.ts';

/** People, programs, and what each may do: made, used, and taken back at once. */

test.describe.configure({ mode: 'serial' });

const CAROL = { user: 'carol@ibs', password: 'a long enough sentence' };

test('a user is created, signs in, and sees that nothing is granted yet', async ({
  admin: page,
  browser,
  server,
}) => {
  await page.goto('/access');
  await page.getByRole('button', { name: 'Create user' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Create user' });
  await dialog.getByLabel('User').fill('carol');
  await dialog.getByRole('textbox', { name: 'Password' }).fill('short');
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await expect(dialog.getByText('Use at least 10 characters.')).toBeVisible();
  await dialog.getByLabel('User').fill(CAROL.user);
  await dialog.getByRole('textbox', { name: 'Password' }).fill(CAROL.password);
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByRole('row', { name: /carol@ibs/ })).toBeVisible();

  const context = await browser.newContext({ baseURL: server.console });
  const other = await context.newPage();
  await signIn(other, CAROL);
  await other.goto('/settings');
  await expect(other.getByText('You cannot see the settings')).toBeVisible();
  await expect(other.getByText('Sys.Audit')).toBeVisible();
  await context.close();
});

test('a role is granted in words, and taken back', async ({ admin: page }) => {
  await page.goto('/access/permissions');
  await page.getByRole('button', { name: 'Grant role' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Grant role' });
  await dialog.getByLabel('User, token or group').selectOption(CAROL.user);
  await dialog.getByLabel('Role', { exact: true }).selectOption('Auditor');
  await expect(
    dialog.getByText('See the system, the audit log and every datastore; change nothing.'),
  ).toBeVisible();
  await dialog.getByLabel('Path', { exact: true }).fill('/');
  await dialog.getByRole('button', { name: 'Grant role' }).click();
  const row = page.getByRole('row', { name: /carol@ibs.*Auditor/ });
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Revoke role…' }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Revoke/ })
    .click();
  await expect(row).toHaveCount(0);
});

test('the secret of a token is shown once; a revoked token is refused at once', async ({
  admin: page,
  server,
}) => {
  await page.goto('/access/tokens');
  await page.getByRole('button', { name: 'Create token' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('monitoring');
  await dialog.getByLabel('Role').selectOption('Auditor');
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await expect(dialog.getByText('Copy the secret now.')).toBeVisible();
  const shown = dialog.getByText(/^admin@ibs!monitoring:[\w-]+$/);
  const credential = (await shown.textContent()) ?? '';
  const asToken = () => server.cli(['whoami'], { IBS_TOKEN: credential, IBS_SERVER: server.console });
  expect(await asToken()).toMatchObject({ status: 0 });
  await dialog.getByRole('button', { name: 'I have stored the secret' }).click();
  await expect(page.getByText(credential)).toHaveCount(0);

  await page
    .getByRole('row', { name: /admin@ibs!monitoring/ })
    .getByRole('button', { name: /^Actions/ })
    .click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  await page.getByRole('button', { name: 'Revoke admin@ibs!monitoring' }).click();
  await expect(page.getByRole('row', { name: /admin@ibs!monitoring/ })).toHaveCount(0);
  expect((await asToken()).status).toBe(3);
});

test('a disabled user is out at once, a removed one is gone', async ({ admin: page, browser, server }) => {
  const context = await browser.newContext({ baseURL: server.console });
  const other = await context.newPage();
  await signIn(other, CAROL);
  await page.goto('/access');
  const row = page.getByRole('row', { name: /carol@ibs/ });
  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await other.goto('/datastores');
  await expect(other).toHaveURL(/\/sign-in/);
  await context.close();
  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByLabel(`Type ${CAROL.user} to confirm`).fill(CAROL.user);
  await dialog.getByRole('button', { name: /^Remove/ }).click();
  await expect(row).toHaveCount(0);
});

async function signIn(page: Page, who: { user: string; password: string }) {
  await page.goto('/sign-in');
  await page.getByLabel('User').fill(who.user);
  await page.getByRole('textbox', { name: 'Password' }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/$/);
}
