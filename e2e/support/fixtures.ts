import { test as base, type Cookie, type Page } from '@playwright/test';
import { TestServer } from './server.ts';

export const ADMINISTRATOR = { user: 'admin@ibs', password: 'correct horse battery staple' };

interface WorkerFixtures {
  /** Specs that name another one get a server of their own; all others share one. */
  serverName: string;
  /** From nothing, when its first spec begins. */
  server: TestServer;
  /** Cookies of the last session of the administrator on that server. */
  session: { cookies: Cookie[] };
}

interface TestFixtures {
  /** A page of a signed-in administrator, who is made by the pages when there is none yet. */
  admin: Page;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  serverName: ['shared', { scope: 'worker', option: true }],
  server: [
    async ({ serverName: _ }, use) => {
      const server = await TestServer.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  session: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads from it what a fixture needs.
    async ({}, use) => use({ cookies: [] }),
    { scope: 'worker' },
  ],
  page: async ({ page }, use) => {
    const open = page.goto.bind(page);
    page.goto = async (...address) => {
      const response = await open(...address);
      await page.waitForFunction(isListening);
      return response;
    };
    await use(page);
  },
  admin: async ({ page, context, server, session }, use) => {
    await context.addCookies(session.cookies);
    // A test before may have ended the session.
    const known = await context.request.get(`${server.console}/api/trpc/session.me`);
    if (!known.ok()) await becomeAdministrator(page, server);
    session.cookies = await context.cookies();
    await use(page);
  },
  baseURL: async ({ server }, use) => use(server.console),
});

export { expect } from '@playwright/test';

/** What is pressed before the scripts of a page have begun is lost; no person is that quick. */
function isListening(): boolean {
  return Object.keys(document).some((key) => key.startsWith('_reactListening'));
}

/** By the pages that a person would use: set-up the first time, sign-in later. */
async function becomeAdministrator(page: Page, server: TestServer): Promise<void> {
  await page.goto(`${server.console}/setup`);
  if (page.url().endsWith('/setup')) {
    await page.getByLabel('Setup token').fill(server.setupToken);
    await page.getByLabel('User').fill(ADMINISTRATOR.user);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
  } else {
    await page.getByLabel('User').fill(ADMINISTRATOR.user);
    await page.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await page.waitForURL((url) => !/\/(setup|sign-in)$/.test(url.pathname));
}
