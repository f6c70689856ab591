import * as fs from 'node:fs';
import { join } from 'node:path';
import { allowedPlace, command } from './support/datastore.ts';
import { ADMINISTRATOR, expect, test } from './support/fixtures.ts';

/** The wizard: what it refuses and says, what it makes, and how it takes over what is there. */

test.use({ serverName: 'add-datastore' });
test.describe.configure({ mode: 'serial' });

const checks = { name: 'Checks of the directory' };

test('a path that cannot be used is refused before anything is sent, with the reason', async ({
  admin: page,
  server,
}) => {
  const place = await allowedPlace(server, 'unused');
  fs.mkdirSync(join(place, 'full'), { recursive: true });
  fs.writeFileSync(join(place, 'full', 'photo.jpg'), '');
  await page.goto('/datastores/new?step=details');
  await page.getByLabel('Name').fill('ab');
  await page.getByLabel('Name').blur();
  await expect(page.getByText('"ab" cannot name a datastore.')).toBeVisible();
  await page.getByLabel('Name').fill('ibs-main');

  for (const [path, reason] of [
    ['/etc/ibs', 'Outside the allowed roots'],
    [join(place, 'full'), 'The directory is not empty: photo.jpg'],
  ] as const) {
    await page.getByLabel('Path').fill(path);
    await expect(page.getByRole('region', checks)).toContainText(reason);
    await page.getByRole('button', { name: 'Next: schedules' }).click();
    await expect(page.getByText('This directory cannot be used')).toBeVisible();
    await expect(page).toHaveURL(/step=details/);
  }
  await page.getByLabel('Path').fill('relative/path');
  await page.getByLabel('Path').blur();
  await expect(page.getByText('The path must be absolute.')).toBeVisible();
});

test('with the keyboard alone, over a reload, to a datastore that is online', async ({
  admin: page,
  server,
}) => {
  const path = await allowedPlace(server, 'ibs-main');
  await page.goto('/datastores/new');
  await page.getByRole('radio', { name: 'Local filesystem' }).focus();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Next: details' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByLabel('Name').focus();
  await page.keyboard.type('ibs-main');
  await page.keyboard.press('Tab');
  await page.keyboard.type(path);
  await expect(page.getByRole('region', checks)).toContainText('passed');
  await expect(page.getByText(`--path ${path}`)).toBeVisible();

  await page.reload();
  await expect(page.getByLabel('Path')).toHaveValue(path);
  await expect(page.getByRole('region', checks)).toContainText('passed');
  await page.getByRole('button', { name: 'Next: schedules' }).press('Enter');
  const collection = page.getByRole('group', { name: 'Garbage collection' });
  await expect(collection.getByLabel('Schedule', { exact: true })).toHaveValue('weekly');
  const verification = page.getByRole('group', { name: 'Verification' });
  await expect(verification.getByText(/The garbage collection starts at the same minute/)).toBeVisible();
  await collection.getByLabel('Schedule', { exact: true }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('sun 25:00');
  await page.getByRole('button', { name: 'Next: review' }).press('Enter');
  await expect(collection.getByLabel('Schedule', { exact: true })).toBeFocused();
  await expect(collection.getByText(/Examples: daily, Sun 05:00/)).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Sun 05:00');
  await expect(collection.getByText('Every Sunday at 05:00')).toBeVisible();
  await expect(collection.getByRole('listitem')).toHaveCount(5);
  await expect(verification.getByText(/starts at the same minute/)).toHaveCount(0);
  const prune = page.getByRole('group', { name: 'Prune' });
  await expect(prune.getByText('Without a keep rule nothing is pruned, and nothing started.')).toBeVisible();
  await prune.getByLabel('Daily', { exact: true }).focus();
  await page.keyboard.type('3');
  await expect(prune.getByText('Keeps up to 3 snapshots of each group')).toBeVisible();
  await expect(prune.getByText(/nothing older than about 3 days stays/)).toBeVisible();

  await page.getByRole('button', { name: 'Next: review' }).press('Enter');
  await expect(page.getByRole('main').getByText('3 daily', { exact: true })).toBeVisible();
  await expect(page.getByText("--gc-schedule 'sun 05:00'")).toBeVisible();
  await expect(page.getByText('--keep-daily 3')).toBeVisible();
  await page.getByRole('button', { name: 'Create ibs-main' }).press('Enter');
  await expect(page).toHaveURL(/\/datastores\/ibs-main\/summary$/, { timeout: 60_000 });
  await expect(page.getByText('ibs-main is online.').first()).toBeVisible();
  await expect(page).toHaveTitle('ibs-main · Summary — Ironcore Backup');
  const { out } = await command(server, ['datastore', 'show', 'ibs-main']);
  expect(out).toContain('Every Sunday at 05:00');
  expect(out).toContain('keep-daily 3');
});

test('a second one on the same filesystem needs a reason', async ({ admin: page, server }) => {
  const path = await allowedPlace(server, 'second');
  await page.goto('/datastores/new?step=details');
  await page.getByLabel('Name').fill('ibs-main');
  await page.getByLabel('Path').fill(path);
  await expect(page.getByRole('region', checks)).toContainText('ibs-main is on the same filesystem');
  await page.getByRole('button', { name: 'Next: schedules' }).click();
  await expect(page.getByText('There is a datastore ibs-main already.')).toBeVisible();
  await page.getByLabel('Name').fill('second');
  await page.getByRole('button', { name: 'Next: schedules' }).click();
  await expect(page.getByText('Say why it is meant, in at least 10 characters.')).toBeVisible();
  await expect(page.getByLabel('Reason')).toBeFocused();
  await page.getByLabel('Reason').fill('A laboratory with one disk');
  await page.getByRole('button', { name: 'Next: schedules' }).click();
  await page.getByRole('button', { name: 'Next: review' }).click();
  await expect(page.getByText('Your reason: A laboratory with one disk')).toBeVisible();
  await expect(page.getByText("--same-filesystem-reason 'A laboratory with one disk'")).toBeVisible();
});

test('when it fails the form is still filled and the failed step is named', async ({
  admin: page,
  server,
}) => {
  const path = await allowedPlace(server, 'too-late');
  await page.goto('/datastores/new?step=details');
  await page.getByLabel('Name').fill('too-late');
  await page.getByLabel('Path').fill(path);
  await page.getByLabel('Reason').fill('A laboratory with one disk');
  await page.getByRole('button', { name: 'Next: schedules' }).click();
  await page.getByRole('button', { name: 'Next: review' }).click();
  await expect(page.getByRole('button', { name: 'Create too-late' })).toBeVisible();
  // Somebody is faster: the directory is not empty any more.
  fs.mkdirSync(path, { recursive: true });
  fs.writeFileSync(join(path, 'surprise.txt'), '');
  await page.getByRole('button', { name: 'Create too-late' }).click();
  await expect(page.getByText('Failed at “Look at the directory once more”')).toBeVisible();
  await expect(page.getByText('The directory is not empty: surprise.txt').first()).toBeVisible();
  await expect(page.getByLabel('Name')).toHaveValue('too-late');
  await expect(page.getByLabel('Path')).toHaveValue(path);
});

test('what was removed from the configuration can be adopted again', async ({ admin: page, server }) => {
  const path = await allowedPlace(server, 'ibs-main');
  await page.goto('/datastores/ibs-main/options');
  await page.getByRole('button', { name: 'Remove configuration…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await dialog.getByLabel('Type ibs-main to confirm').fill('ibs-main');
  await dialog.getByRole('button', { name: 'Remove ibs-main' }).click();
  await expect(page.getByText('ibs-main is no longer configured').first()).toBeVisible();

  await page.goto('/datastores/new?step=details');
  await page.getByLabel('Name').fill('ibs-again');
  await page.getByLabel('Path').fill(path);
  await page.getByRole('button', { name: 'Adopt it' }).click();
  await expect(page.getByRole('region', checks)).toContainText('It holds an Ironcore datastore.');
  await expect(page.getByRole('region', checks)).toContainText('0 snapshots in 0 groups, 0 namespaces');
  await page.getByRole('button', { name: 'Next: schedules' }).click();
  await page.getByRole('group', { name: 'Prune' }).getByLabel('Weekly', { exact: true }).fill('8');
  await page.getByRole('button', { name: 'Next: review' }).click();
  await expect(page.getByText('The first prune removes adopted snapshots that no rule keeps')).toBeVisible();
  await server.sql("update session set proven_at = now() - interval '11 minutes'");
  await page.getByRole('button', { name: 'Adopt ibs-again' }).click();
  const question = page.getByRole('dialog', { name: 'Enter your password' });
  await question.getByRole('textbox').fill(ADMINISTRATOR.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/datastores\/ibs-again\/summary$/, { timeout: 60_000 });
  expect((await command(server, ['datastore', 'list'])).out).toMatch(/ibs-again.*online/);
  expect((await command(server, ['datastore', 'show', 'ibs-again'])).out).toContain('keep-weekly 8');
});
