import * as fs from 'node:fs';
import { command, ensureDatastore, SHARED } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';
import type { TestServer } from './support/server.ts';

/** What will start, how the days went, and what failed for the same reason. */

test.describe.configure({ mode: 'serial' });

const HOUR = 3_600_000;

/** `HH:00` of the server, which runs in UTC, three hours from now. */
function soon(): string {
  return `${new Date(Date.now() + 3 * HOUR).toISOString().slice(11, 13)}:00`;
}

async function schedule(server: TestServer, gc: string, verify: string): Promise<void> {
  const words = ['--gc-schedule', gc, '--verify-schedule', verify];
  await command(server, ['datastore', 'update', SHARED, ...words, '--quiet']);
}

test.beforeAll(async ({ server }) => {
  await ensureDatastore(server);
  await schedule(server, soon(), soon());
});

test.afterAll(async ({ server }) => {
  await schedule(server, 'weekly', 'weekly');
});

test('the dashboard shows what starts in the next 24 hours and what waits for what, as a picture and as a table', async ({
  admin: page,
}) => {
  await page.goto('/');
  const picture = page.getByRole('list', { name: 'What starts in the next 24 hours' });
  await expect(
    picture.getByRole('link', { name: new RegExp(`garbage collection of ${SHARED}`) }),
  ).toBeVisible();
  const waits = picture.getByRole('link', {
    name: new RegExp(`verification of ${SHARED}.* Waits until the garbage`),
  });
  await waits.hover();
  await expect(page.getByRole('tooltip')).toContainText(`verification of ${SHARED}`);
  await expect(page.getByText('No prune by itself, no keep rule:')).toBeVisible();
  await page.getByRole('button', { name: 'Show as table' }).click();
  const table = page.getByRole('table', { name: 'What starts in the next 24 hours' });
  await expect(
    table.getByRole('row', { name: new RegExp(`${soon()}.*${SHARED}.*Verification.*Waits`) }),
  ).toBeVisible();
  await table.getByRole('link', { name: SHARED }).first().click();
  await expect(page).toHaveURL(new RegExp(`/datastores/${SHARED}/gc$`));
});

test('the summary shows each of the last 90 days, none of them well before it was seen, and leads to the tasks of one', async ({
  admin: page,
}) => {
  await page.goto(`/datastores/${SHARED}/summary`);
  const strip = page.getByRole('list', { name: `How ${SHARED} was, day by day` });
  await expect(strip.getByRole('link')).toHaveCount(90);
  await expect(strip.getByRole('link', { name: /no data/ }).first()).toBeVisible();
  const today = strip.getByRole('link', { name: /so far: (?!no data)/ });
  await today.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(strip.getByRole('link').nth(88)).toBeFocused();
  await today.click();
  await expect(page).toHaveURL(new RegExp(`/tasks\\?datastore=${SHARED}&day=\\d{4}-\\d\\d-\\d\\d$`));
  await expect(page.getByRole('link', { name: 'Create datastore' }).first()).toBeVisible();
  await expect(page.getByText(/day is \d{4}-\d\d-\d\d/)).toBeVisible();
});

test('failures with the same cause are one line that opens, and lead to their list', async ({
  admin: page,
  server,
}) => {
  const full = `${server.root}/stores/occupied`;
  fs.mkdirSync(full, { recursive: true });
  fs.writeFileSync(`${full}/photo.jpg`, '');
  for (const name of ['occupied-a', 'occupied-b']) {
    const where = ['--name', name, '--type', 'local', '--path', full];
    const { status } = await server.cli([
      'datastore',
      'create',
      ...where,
      '--same-filesystem-reason',
      'Only a test',
    ]);
    expect(status).not.toBe(0);
  }
  await page.goto('/tasks');
  await page.getByRole('link', { name: 'Failures', exact: true }).click();
  await page.getByRole('button', { name: 'Group by cause' }).click();
  await expect(page).toHaveURL(/group=cause/);
  await expect(page.getByText('ironcore-backup task list --days 7 --group-by cause')).toBeVisible();
  const cause = page.getByRole('button', { name: /× DATASTORE_PATH_NOT_EMPTY/ });
  await cause.click();
  await expect(cause).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByRole('link', { name: 'Create datastore occupied-a' })).toBeVisible();
  await page.getByRole('link', { name: /in the list$/ }).click();
  await expect(page).toHaveURL(/code=DATASTORE_PATH_NOT_EMPTY/);
  await expect(page.getByRole('row', { name: /Create datastore.*occupied-b/ })).toBeVisible();
  await expect(page.getByText('error is DATASTORE_PATH_NOT_EMPTY')).toBeVisible();
  const prunes = page.getByRole('link', { name: 'Prune failures', exact: true });
  await prunes.click();
  await expect(prunes).toHaveAttribute('aria-current', 'page');
  await expect(page).toHaveURL(/kind=datastore\.prune/);
});
