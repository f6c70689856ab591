import { defineConfig } from 'vitest/config';

/**
 * Unit tests stand beside their file and need nothing; integration tests start PostgreSQL, workers, clients; faults
 * kill and starve whole servers, take longer, and in part need root (those skip by name without it).
 */
export default defineConfig({
  test: {
    // The runner would leave one of two cores to itself.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{domain,engine,client,drizzle,server,worker,components,cli,testing,scripts}/**/*.test.ts',
          ],
          exclude: ['**/*.integration.test.ts', '**/*.faults.test.ts'],
          pool: 'threads',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ['node_modules/**'],
          globalSetup: ['testing/postgres-setup.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['**/*.faults.test.ts'],
          exclude: ['node_modules/**'],
          globalSetup: ['testing/postgres-setup.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
