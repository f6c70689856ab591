import * as fs from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { command, ensureDatastore, SHARED } from './support/datastore.ts';
import { expect, test } from './support/fixtures.ts';
import type { TestServer } from './support/server.ts';

/** A datastore on which a flush failed: what its page says, and how it is trusted again. */

/** All of a new datastore was written since the last good flush, so all its directories are looked into. */
const LOOK_MS = 120_000;
const SUSPECT = 'A flush of the filesystem failed.';

/** As the worker leaves it after a failed flush; a disk that fails on purpose takes more than a browser. */
async function distrust(server: TestServer, name: string): Promise<void> {
  const directory = server.dataDirectory;
  const password = fs.readFileSync(join(directory, 'database.password'), 'utf8').trim();
  const port = Number(fs.readFileSync(join(directory, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]);
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'ibs', password, database: 'ibs' });
  await client.connect();
  await client.query('update datastore set suspect = $1 where name = $2', [SUSPECT, name]);
  await client.end();
}

test('says why it is not trusted, asks what was looked at, and is in service again', async ({
  admin: page,
  server,
}) => {
  test.slow();
  await ensureDatastore(server);
  await distrust(server, SHARED);
  expect(await server.cli(['datastore', 'probe', SHARED])).toMatchObject({ status: 6 });
  const reason = ['--reason', 'Cable replaced, filesystem checked'];
  expect(await server.cli(['datastore', 'accept', SHARED, ...reason])).toMatchObject({
    status: 2,
    err: expect.stringContaining('--yes'),
  });

  await page.goto(`/datastores/${SHARED}/summary`);
  await expect(page.getByText(SUSPECT, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Back up a machine' }).click();
  const prepared = page.getByRole('dialog', { name: 'Back up a machine' });
  await expect(prepared).toContainText(`${SHARED} is failed: ${SUSPECT}`);
  await expect(prepared).toContainText('It takes no backups until that has changed.');
  await prepared.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Trust it again…' }).click();
  const dialog = page.getByRole('dialog', { name: `Trust ${SHARED} again` });
  await expect(dialog).toContainText(SUSPECT);
  await dialog.getByRole('button', { name: 'Trust it again' }).click();
  await expect(dialog).toContainText('Say what you have looked at.');
  await dialog.getByLabel('What you have looked at').fill('Cable replaced, filesystem checked');
  await expect(dialog).toContainText('ironcore-backup datastore accept');
  await dialog.getByRole('button', { name: 'Trust it again' }).click();
  await expect(page).toHaveURL(/\/tasks\//);
  await expect(page.getByRole('main')).toContainText(`${SHARED} is online.`, { timeout: LOOK_MS });

  await distrust(server, SHARED);
  const { out } = await command(server, ['datastore', 'accept', SHARED, ...reason, '--yes']);
  expect(out).toContain(`${SHARED} is online.`);
});
