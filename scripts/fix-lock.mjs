import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Makes package-lock.json complete. npm leaves packages for other platforms out of the lockfile when its registry does
 * not serve them, and `npm ci` then refuses the whole file. Each missing one gets an entry that no platform installs.
 * `npm run lock` after every change of a dependency; `npm run lock -- --check` only says whether it is complete.
 */

const FILE = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const packages = lock.packages;

/** Where Node would look for `name` from the package at `from`, innermost first. */
function* places(from, name) {
  for (let at = from; ; ) {
    yield at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (at === '') return;
    const cut = at.lastIndexOf('/node_modules/');
    at = cut < 0 ? '' : at.slice(0, cut);
  }
}

const added = [];
for (const [from, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if ([...places(from, name)].some((place) => packages[place])) continue;
    packages[`node_modules/${name}`] = {
      version,
      cpu: ['none'],
      os: ['none'],
      optional: true,
      ...(entry.dev ? { dev: true } : {}),
    };
    added.push(name);
  }
}

if (added.length === 0) console.log('package-lock.json is complete.');
else if (process.argv.includes('--check')) {
  console.error(`package-lock.json lacks ${added.join(', ')}: run "npm run lock".`);
  process.exitCode = 1;
} else {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added ${added.join(', ')}.`);
}
