import { defineConfig } from '@playwright/test';
import { findChromium } from './e2e/support/chromium.ts';

/** Browser tests against a server that starts from nothing; resolved here so that the browser is unpacked only once. */
const chromium = await findChromium();
/** With the fault tests, also the specs that take long. */
const THOROUGH = process.env.IBS_TEST_THOROUGH === '1';

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/build-console.ts',
  outputDir: 'test-results',
  fullyParallel: false,
  // Each has a server and a browser of its own; one alone leaves a core half idle.
  workers: 2,
  // The longest first, so that nobody waits for it alone.
  projects: [
    { name: 'journey', testMatch: 'journey.spec.ts' },
    { name: 'pages', testIgnore: ['journey.spec.ts', ...(THOROUGH ? [] : ['**/*.thorough.spec.ts'])] },
  ],
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: 'line',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    launchOptions: { ...chromium, args: ['--disable-gpu', '--disable-dev-shm-usage'] },
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    // Nobody watches: what moves only costs, all the more where the processor draws it.
    contextOptions: { reducedMotion: 'reduce' },
  },
});
