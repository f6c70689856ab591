import { ADMINISTRATOR, expect, test } from './support/fixtures.ts';

/** From a server that nobody has set up to a person who is signed in, and back to the door. */

test.use({ serverName: 'first-start' });
test.describe.configure({ mode: 'serial' });

test('whoever comes first is led to the set-up, and needs the token of the server', async ({
  page,
  server,
}) => {
  await page.goto('/datastores');
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page).toHaveTitle(/Set up/);
  await page.getByLabel('Setup token').fill('0123456789abcdef0123456789abcdef');
  await page.getByLabel('User').fill(ADMINISTRATOR.user);
  await page.getByRole('textbox', { name: 'Password' }).fill('short');
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await expect(page.getByText('Use at least 10 characters.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await expect(page.getByText('The setup token is wrong or was used already.')).toBeVisible();
  await expect(page.getByLabel('Setup token')).toBeFocused();

  await page.getByLabel('Setup token').fill(server.setupToken);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole('heading', { name: 'Dashboard', level: 1 })).toBeVisible();
});

test('afterwards there is only the door, with one message for every failure', async ({ page }) => {
  await page.goto('/setup');
  await expect(page).toHaveURL(/\/sign-in$/);
  for (const user of [ADMINISTRATOR.user, 'nobody@ibs']) {
    await page.getByLabel('User').fill(user);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('User name or password is wrong.')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  }
});

test('signing in leads where one wanted to go, signing out back to the door', async ({ page }) => {
  await page.goto('/tasks?state=failed');
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await page.getByLabel('User').fill('admin'); // short for admin@ibs
  await page.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/tasks\?state=failed$/);
  await page.getByRole('button', { name: `Account of ${ADMINISTRATOR.user}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto('/datastores');
  await expect(page).toHaveURL(/\/sign-in\?to=%2Fdatastores$/);
});

test('a session that ends leaves the page as it is and asks over it', async ({ admin: page, context }) => {
  await page.goto('/datastores/new?step=details');
  await page.getByLabel('Name').fill('half-typed');
  await page.getByLabel('Path').fill('/mnt/somewhere');
  // The server has looked: nothing more is asked until something else is typed.
  await expect(page.getByRole('region', { name: 'Checks of the directory' })).toContainText('passed');
  await context.clearCookies({ name: 'ibs.session_token' });
  await page.getByLabel('Path').fill('/mnt/elsewhere');
  const overlay = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(overlay).toBeVisible();
  await page.keyboard.type('typed on');
  await expect(overlay.getByRole('textbox', { name: 'User' })).not.toHaveValue(/typed on/);
  await overlay.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
  await overlay.getByRole('button', { name: 'Sign in' }).click();
  await expect(overlay).toBeHidden();
  await expect(page.getByLabel('Name')).toHaveValue('half-typed');
});

test('the icon is also there for what asks for it by its old name', async ({ page, server }) => {
  const answer = await page.request.get(`${server.console}/favicon.ico`);
  expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'image/x-icon']);
});
