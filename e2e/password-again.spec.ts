import { ADMINISTRATOR, expect, test } from './support/fixtures.ts';

/** What cannot be taken back wants the password again, over what is open, and then goes on. */

test.describe.configure({ mode: 'serial' });

const DAVE = 'dave@ibs';

test('an old session is asked in the middle of the act, and nothing that was typed is lost', async ({
  admin: page,
  server,
}) => {
  await page.goto('/access');
  await page.getByRole('button', { name: 'Create user' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Create user' });
  await dialog.getByLabel('User').fill(DAVE);
  await dialog.getByRole('textbox', { name: 'Password' }).fill('a long enough sentence');
  await server.sql("update session set proven_at = now() - interval '11 minutes'");
  await dialog.getByRole('button', { name: 'Create user' }).click();

  const question = page.getByRole('dialog', { name: 'Enter your password' });
  await expect(question.getByRole('textbox')).toBeFocused();
  await question.getByRole('button', { name: 'Continue' }).click();
  await expect(question.getByText('Enter your password.', { exact: true })).toBeVisible();
  await question.getByRole('textbox').fill('something else');
  await page.keyboard.press('Enter');
  await expect(question.getByText('The password is wrong.')).toBeVisible();
  await question.getByRole('textbox').fill(ADMINISTRATOR.password);
  await page.keyboard.press('Enter');
  await expect(question).toHaveCount(0);
  await expect(page.getByRole('row', { name: /dave@ibs/ })).toBeVisible();
});

test('given up, the act is refused and its dialog is as it was', async ({ admin: page, server }) => {
  await page.goto('/access');
  const row = page.getByRole('row', { name: /dave@ibs/ });
  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByLabel(`Type ${DAVE} to confirm`).fill(DAVE);
  await server.sql("update session set proven_at = now() - interval '11 minutes'");
  await dialog.getByRole('button', { name: /^Remove/ }).click();
  await page
    .getByRole('dialog', { name: 'Enter your password' })
    .getByRole('button', { name: 'Cancel' })
    .click();
  await expect(dialog.getByText('Enter your password to go on.')).toBeVisible();
  await expect(dialog.getByLabel(`Type ${DAVE} to confirm`)).toHaveValue(DAVE);

  await dialog.getByRole('button', { name: /^Remove/ }).click();
  const question = page.getByRole('dialog', { name: 'Enter your password' });
  await question.getByRole('textbox').fill(ADMINISTRATOR.password);
  await question.getByRole('button', { name: 'Continue' }).click();
  await expect(row).toHaveCount(0);
});
