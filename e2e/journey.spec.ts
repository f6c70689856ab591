import * as fs from 'node:fs';
import { join } from 'node:path';
import { formatBytes, formatCount } from '#domain/units.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { ADMINISTRATOR, expect, test } from './support/fixtures.ts';
import { describeTree, digestOf, makeExt4Image, makeTree } from './support/real-data.ts';

/** The main promise, from an empty directory to every byte back, as an administrator would live it. */

// It begins with a server that nobody has set up.
test.use({ serverName: 'journey' });

const FILES = 20_000;
const IMAGE_BYTES = 2 * 1024 ** 3;
const DATASTORE = 'ibs-primary';

interface Summary {
  snapshot: string;
  sizeBytes: number;
  sentBytes: number;
  /** Of what the server had already. */
  reusedBytes: number;
  archives: { name: string; sizeBytes: number; sentChunks: number; totals: { files: number } | null }[];
}

const pathOf = ({ snapshot }: Summary) =>
  snapshot.replace(':', '/').split('/').map(encodeURIComponent).join('/');

test('first start, datastore, backup of a tree and an image, restore, second backup, download', async ({
  page,
  server,
}) => {
  test.setTimeout(300_000);
  const tree = join(server.root, 'tree');
  const image = join(server.root, 'disk.raw');
  makeTree(tree, FILES);
  makeExt4Image(image, IMAGE_BYTES, tree);
  const store = join(server.root, 'store', DATASTORE);

  await test.step('the first start leads to the set-up of an administrator', async () => {
    await page.goto(server.console);
    await expect(page).toHaveURL(/\/setup$/);
    await page.getByLabel('Setup token').fill(server.setupToken);
    await page.getByLabel('User').fill(ADMINISTRATOR.user);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/setup'));
  });

  await test.step('the wizard adds a datastore, which is online', async () => {
    const allowed = await server.cli(['settings', 'set', `allowedRoots+=${server.root}`]);
    expect(allowed).toMatchObject({ status: 0 });
    await page.goto(`${server.console}/datastores/new`);
    await page.getByRole('button', { name: 'Next: details' }).click();
    await page.getByLabel('Name').fill(DATASTORE);
    await page.getByLabel('Path').fill(store);
    await page.getByLabel('Path').blur();
    await expect(page.getByRole('region', { name: 'Checks of the directory' })).toContainText('passed');
    await page.getByRole('button', { name: 'Next: schedules' }).click();
    await page.getByRole('button', { name: 'Next: review' }).click();
    await page.getByRole('button', { name: `Create ${DATASTORE}` }).click();
    await page.waitForURL(new RegExp(`/datastores/${DATASTORE}(/|$)`), { timeout: 60_000 });
    await expect(page.getByRole('main').getByText('Online').first()).toBeVisible();
  });

  const token = await test.step('a token that may only back up is made with the command for it', async () => {
    await page.getByRole('button', { name: 'Back up a machine' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id').fill('web-1');
    await dialog.getByLabel('What to back up').fill('root.pxar:/ disk.img:/dev/vda');
    await dialog.getByRole('button', { name: 'Make token and command' }).click();
    const command = await dialog.getByRole('tabpanel').textContent();
    const secret = /IBS_TOKEN='([^']+)'/.exec(command ?? '')?.[1] ?? '';
    expect(command).toContain(`--server ${server.gateway}`);
    const fingerprint = /--fingerprint (\S+)/.exec(command ?? '')?.[1] ?? '';
    return { secret, fingerprint };
  });

  const backup = async (id = 'web-1') => {
    const words = ['backup', `root.pxar:${tree}`, `disk.img:${image}`, '--datastore', DATASTORE];
    const group = ['--backup-type', 'host', '--backup-id', id];
    const place = ['--server', server.gateway, '--fingerprint', token.fingerprint, '--output', 'json'];
    // A machine of its own: neither the data directory nor a login of the server.
    const env = { IBS_DATA_DIR: '', IBS_TOKEN: token.secret, HOME: join(server.root, 'elsewhere') };
    const { status, out, err } = await server.cli([...words, ...group, ...place], env);
    expect(err).toBe('');
    expect(status).toBe(0);
    return JSON.parse(out) as Summary;
  };

  const first = await test.step('the command backs up, and the dialog sees the first snapshot', async () => {
    const summary = await backup();
    const files = summary.archives.find((archive) => archive.name === 'root.pxar.didx')?.totals?.files;
    expect(files).toBeGreaterThanOrEqual(FILES);
    expect(summary.archives.find((archive) => archive.name === 'disk.img.fidx')?.sizeBytes).toBe(IMAGE_BYTES);
    await expect(page.getByText('The first snapshot is here')).toBeVisible();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    return summary;
  });

  await test.step('the console shows it with its numbers', async () => {
    await page.goto(`${server.console}/datastores/${DATASTORE}/summary`);
    const hosts = page.getByRole('row', { name: /^Hosts/ });
    await expect(hosts.getByRole('cell')).toHaveText(['Hosts', '1', '1', formatBytes(first.sizeBytes)]);
    const onDisk = chunksOnDisk(store);
    await expect(page.getByText('Chunks', { exact: true }).locator('..')).toContainText(
      formatCount(onDisk.chunkCount),
    );
    await expect(page.getByText('In chunks').locator('..')).toContainText(formatBytes(onDisk.chunkBytes));
    const { out } = await server.cli(['datastore', 'show', DATASTORE, '--output', 'json']);
    const shown = JSON.parse(out) as { logicalBytes: number; snapshotCount: number; status: string };
    expect(shown.status).toBe('online');
    expect(shown.logicalBytes).toBe(first.sizeBytes);
    await page.goto(`${server.console}/datastores/${DATASTORE}/content`);
    await expect(page.getByRole('main').getByText('host/web-1').first()).toBeVisible();
    await page.goto(`${server.console}/snapshots/${pathOf(first)}`);
    for (const { name, sizeBytes } of first.archives) {
      const row = page.getByRole('row').filter({ hasText: name.replace(/\.[a-z]idx$/, '') });
      await expect(row.first()).toContainText(formatBytes(sizeBytes));
    }
  });

  await test.step('everything comes back, byte for byte and attribute for attribute', async () => {
    const restored = join(server.root, 'restored');
    const toTree = await server.cli(['restore', first.snapshot, 'root.pxar', restored, '--quiet']);
    expect(toTree).toMatchObject({ status: 0, err: '' });
    expect(describeTree(restored)).toEqual(describeTree(tree));
    const copy = join(server.root, 'disk.restored');
    const toImage = await server.cli(['restore', first.snapshot, 'disk.img', copy, '--quiet']);
    expect(toImage).toMatchObject({ status: 0, err: '' });
    expect(digestOf(copy)).toBe(digestOf(image));
    // Holes came back as holes.
    expect(fs.statSync(copy).blocks).toBeLessThan((fs.statSync(image).blocks + 16_384) * 1.5);
    fs.rmSync(copy);
    fs.rmSync(restored, { recursive: true });
  });

  await test.step('it refuses to overwrite what is there', async () => {
    const refused = await server.cli(['restore', first.snapshot, 'root.pxar', tree]);
    expect(refused.status).toBe(5);
    expect(refused.err).toContain('TARGET_NOT_EMPTY');
  });

  await test.step('a second backup sends almost nothing', async () => {
    fs.appendFileSync(join(tree, 'd0', 'e0', 'file-1.txt'), 'one more line\n');
    const second = await backup();
    const sent = Object.fromEntries(second.archives.map(({ name, sentChunks }) => [name, sentChunks]));
    expect(sent['disk.img.fidx']).toBe(0);
    // The line changes the chunk of its file, perhaps the next cut, and the tables at the end of the directories above it.
    expect(sent['root.pxar.didx']).toBeLessThanOrEqual(4);
    expect(second.sentBytes).toBeLessThan(second.sizeBytes / 250);
    expect(second.reusedBytes).toBeGreaterThan(second.sizeBytes * 0.98);
  });

  await test.step('one file is found by browsing and downloaded', async () => {
    await page.goto(`${server.console}/snapshots/${pathOf(first)}?archive=root.pxar.didx`);
    await page.getByRole('treeitem', { name: /^odd/ }).press('ArrowRight');
    await page.getByRole('treeitem', { name: /^script/ }).click();
    const panel = page.getByRole('region', { name: 'Selected entry' });
    await expect(panel).toContainText('/odd/script');
    const download = page.waitForEvent('download');
    await panel.getByRole('link', { name: 'Download', exact: true }).click();
    const file = await (await download).path();
    expect(fs.readFileSync(file, 'utf8')).toBe('#!/bin/sh\n');
  });

  await test.step('nothing is wrong with the datastore afterwards', async () => {
    const audit = await server.cli(['datastore', 'audit', DATASTORE, '--deep']);
    expect(audit).toMatchObject({ status: 0 });
  });
});
