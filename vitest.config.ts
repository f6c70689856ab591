import { defineConfig } from 'vitest/config';

const WITH_POSTGRES = { globalSetup: ['testing/postgres-setup.ts'], pool: 'forks' as const };
const ELSEWHERE = ['node_modules/**'];

/**
 * Unit tests stand beside their file and need nothing; integration tests start PostgreSQL, workers, clients; thorough
 * ones do the same and take long; faults kill and starve whole servers, take longer, and in part need root (those skip
 * by name without it).
 *
 * The files that run in one process share its modules, which costs half as much: nothing in a module may tell who
 * used it before.
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
          exclude: ['**/*.{integration,thorough,faults}.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: ELSEWHERE,
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...WITH_POSTGRES,
        },
      },
      {
        test: {
          name: 'thorough',
          include: ['**/*.thorough.test.ts'],
          exclude: ELSEWHERE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...WITH_POSTGRES,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['**/*.faults.test.ts'],
          exclude: ELSEWHERE,
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          ...WITH_POSTGRES,
        },
      },
    ],
  },
});
