import { migrateDatabase } from '#drizzle/migrate.ts';
import { openQueue } from '#drizzle/queue.ts';
import { writeEndpoint } from './up/addresses.ts';
import { prepareDataDirectory } from './up/data-directory.ts';
import { readUpConfig } from './up/env.ts';
import { prepareFirstPrincipals } from './up/first-principals.ts';

/**
 * What `npm start` does before it starts console and worker, for those who have a service manager start them: data
 * directory, tables, queue, first principals, and the file that tells the command line where the server is. Needs
 * `DATABASE_URL`; may run again at every start, but not twice at once.
 */
async function main(): Promise<void> {
  const config = readUpConfig();
  const { databaseUrl, dataDirectory } = config;
  if (databaseUrl === null) throw new Error('Set DATABASE_URL to a PostgreSQL 15 or newer.');
  const directory = prepareDataDirectory(dataDirectory);
  await migrateDatabase(databaseUrl);
  const queue = await openQueue({ url: databaseUrl, supervise: false, onError: () => {} });
  await queue.stop({ timeoutMs: 1000 });
  const { setupToken } = await prepareFirstPrincipals(databaseUrl, directory.cliToken);
  writeEndpoint(config, directory);
  if (setupToken) process.stdout.write(`Setup token, once, for the first administrator: ${setupToken}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`Cannot prepare: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
