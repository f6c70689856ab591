import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { some } from '#testing/thoroughly.ts';
import { allowedPlace, backUp, command, ensureDatastore, SHARED } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';

/** Pages in both themes, and on a narrow screen: no barrier that a program can find, nothing cut off. */

const DATASTORE = SHARED;
const TIME = '2026-05-02T08:11:33Z';
const SNAPSHOT = `/snapshots/${DATASTORE}/host/walk/${encodeURIComponent(TIME)}`;

/** Address and what tells that the page is there. */
const PAGES: [string, string][] = [
  ['/', 'Dashboard'],
  ['/datastores', 'Datastores'],
  ['/datastores/new', 'Add datastore'],
  ['/datastores/new?step=details', 'Add datastore'],
  [`/datastores/${DATASTORE}/summary`, DATASTORE],
  [`/datastores/${DATASTORE}/content?open=host%2Fwalk`, DATASTORE],
  [`/datastores/${DATASTORE}/namespaces`, DATASTORE],
  [`/datastores/${DATASTORE}/permissions`, DATASTORE],
  [`/datastores/${DATASTORE}/gc`, DATASTORE],
  [`/datastores/${DATASTORE}/verify`, DATASTORE],
  [`/datastores/${DATASTORE}/prune?keep=daily:1&other=last:3`, DATASTORE],
  [`/datastores/${DATASTORE}/prune?keep=last:1&view=list`, DATASTORE],
  [`/datastores/${DATASTORE}/options`, DATASTORE],
  ['/datastores/nowhere/summary', 'There is no datastore nowhere'],
  ['/snapshots', 'Snapshots'],
  ['/snapshots?q=nothing-like-this', 'Snapshots'],
  [SNAPSHOT, 'host/walk'],
  ['/tasks', 'Tasks'],
  ['/access', 'Access control'],
  ['/access/tokens', 'Access control'],
  ['/access/groups', 'Access control'],
  ['/access/roles', 'Access control'],
  ['/access/permissions', 'Access control'],
  ['/audit', 'Audit log'],
  ['/settings', 'Settings'],
  ['/no-such-page', 'There is nothing at this address'],
];

test.beforeAll(async ({ server }) => {
  await ensureDatastore(server);
  await backUp(server, { datastore: DATASTORE, id: 'walk', time: TIME });
  // Something lies in the trash.
  await backUp(server, { datastore: DATASTORE, id: 'walk-gone', time: TIME });
  await command(server, ['snapshot', 'forget', `${DATASTORE}:host/walk-gone/${TIME}`, '--yes', '--quiet']);
});

for (const [address, title] of some(PAGES, 0)) {
  test(`${address} passes in both themes, and on a narrow screen`, async ({ admin: page }) => {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expectNoBarriers(page, `${address} (light)`);
    // Only the colours are others.
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await barriers(new AxeBuilder({ page }).withRules(['color-contrast']))).toEqual([]);
    // Nothing scrolls sideways but tables in their box.
    await page.setViewportSize({ width: 400, height: 800 });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);
  });
}

test('the task page and dialogs pass', async ({ admin: page }) => {
  await page.goto('/tasks?kind=backup');
  await page.getByRole('link', { name: 'Backup', exact: true }).first().click();
  await expect(page.getByRole('region', { name: 'Log lines' })).toBeVisible();
  await expectNoBarriers(page, 'task');
  await page.goto(`/datastores/${DATASTORE}/options`);
  await page.getByRole('button', { name: 'Destroy data…' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expectNoBarriers(page, 'destroy dialog');
  await page.keyboard.press('Escape');
  await page.goto(`/datastores/${DATASTORE}/gc`);
  await page.getByRole('button', { name: 'Run garbage collection…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoBarriers(page, 'garbage collection dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoBarriers(page, 'schedule dialog');
  await page.keyboard.press('Escape');
  await page.goto(`/datastores/${DATASTORE}/prune#trash`);
  await page.getByRole('button', { name: 'Empty trash…' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expectNoBarriers(page, 'dialog that empties the trash');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Back up a machine' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoBarriers(page, 'backup dialog');
});

test('the step of the wizard that sets schedules passes, and the question before a verification', async ({
  admin: page,
  server,
}) => {
  await page.goto('/datastores/new?step=details');
  await page.getByLabel('Name').fill('walk-wizard');
  await page.getByLabel('Path').fill(await allowedPlace(server, 'walk-wizard'));
  await page.getByLabel('Reason').fill('All tests run on one disk');
  await page.getByRole('button', { name: 'Next: schedules' }).click();
  await page.getByRole('group', { name: 'Prune' }).getByLabel('Daily', { exact: true }).fill('3');
  await page
    .getByRole('group', { name: 'Verification' })
    .getByLabel('Schedule', { exact: true })
    .fill('sun 25');
  await expectNoBarriers(page, 'schedules (light)');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await barriers(new AxeBuilder({ page }).withRules(['color-contrast']))).toEqual([]);
  await page.setViewportSize({ width: 400, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);

  await page.goto(`/datastores/${DATASTORE}/verify`);
  await page.getByRole('button', { name: 'Run verification…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNoBarriers(page, 'verification dialog');
});

test('the door passes', async ({ page, server }) => {
  await page.goto(`${server.console}/sign-in`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectNoBarriers(page, 'sign-in');
});

test('the keyboard alone finds a datastore and opens it', async ({ admin: page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1, name: 'Dashboard' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(DATASTORE);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/datastores/${DATASTORE}/summary`));
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page).toHaveURL(/\/tasks$/);
});

async function expectNoBarriers(page: Page, where: string) {
  const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  expect(await barriers(new AxeBuilder({ page }).withTags(standards)), where).toEqual([]);
}

async function barriers(look: AxeBuilder): Promise<string[]> {
  const { violations } = await look.setLegacyMode().analyze(); // there are no frames, so no page of its own for them
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(' | ')}`);
}
