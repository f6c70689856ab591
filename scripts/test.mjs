import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * `npm test`: lint, types, unit, integration and browser tests, one after the other since all of them use every core.
 * `npm test -- --faults` adds what breaks disks, mounts and processes. The last line sums what the runners counted.
 */

const TOP = join(import.meta.dirname, '..');
/** The package brings the Node that its programs need; `npm` puts it first by itself. */
const PATH = `${join(TOP, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
const ENVIRONMENT = {
  PATH,
  NEXT_TELEMETRY_DISABLED: '1',
  // Dozens of servers are started; each one would compile everything anew.
  NODE_COMPILE_CACHE: join(TOP, 'node_modules', '.cache', 'compile'),
};
const scratch = mkdtempSync(join(tmpdir(), 'ibs-test-'));

/** One step that runs no tests of its own counts as one that passed or failed. */
const check = (name, ...words) => ({
  name,
  words,
  count: (status) => (status === 0 ? one(1, 0) : one(0, 1)),
});

const vitest = (project) => {
  const report = join(scratch, `${project}.json`);
  const words = ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'];
  return {
    name: project,
    words: [...words, `--outputFile.json=${report}`],
    count: () => vitestCounts(report),
  };
};

const browser = () => {
  const report = join(scratch, 'browser.json');
  const environment = { PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  return {
    name: 'browser',
    words: ['playwright', 'test', '--reporter=line,json'],
    environment,
    count: () => browserCounts(report),
  };
};

const one = (passed, failed, skipped = 0) => ({ passed, failed, skipped });

function vitestCounts(report) {
  const found = JSON.parse(readFileSync(report, 'utf8'));
  // A file that could not even be loaded has no tests to count, and is a failure all the same.
  const broken = found.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return one(found.numPassedTests, found.numFailedTests + broken.length, found.numPendingTests);
}

function browserCounts(report) {
  const { stats, errors } = JSON.parse(readFileSync(report, 'utf8'));
  return one(stats.expected, stats.unexpected + stats.flaky + errors.length, stats.skipped);
}

const steps = [
  check('lockfile', 'node', 'scripts/fix-lock.mjs', '--check'),
  check('lint', 'biome', 'check', '--error-on-warnings', '.'),
  check('route types', 'next', 'typegen'),
  check('types', 'tsc', '--noEmit'),
  vitest('unit'),
  vitest('integration'),
  browser(),
  ...(process.argv.includes('--faults') ? [vitest('faults')] : []),
];

const total = one(0, 0);
const lines = [];
for (const step of steps) {
  console.log(`\n== ${step.name}`);
  const began = performance.now();
  const [command, ...words] = step.words;
  const program = command === 'node' ? process.execPath : join(TOP, 'node_modules', '.bin', command);
  const environment = { ...process.env, ...ENVIRONMENT, ...step.environment };
  const { status } = spawnSync(program, words, { cwd: TOP, stdio: 'inherit', env: environment });
  const counts = countsOf(step, status);
  for (const key of Object.keys(total)) total[key] += counts[key];
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  lines.push(`${step.name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${seconds} s)`);
}
rmSync(scratch, { recursive: true, force: true });

console.log(`\n${lines.join('\n')}\n`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** A runner that ended badly has failed, whatever it managed to count. */
function countsOf(step, status) {
  let counts = one(0, 0);
  try {
    counts = step.count(status);
  } catch {
    console.error(`${step.name}: no report was written.`);
  }
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
