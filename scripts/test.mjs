import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { browserCounts, counted, vitestCounts } from './test-reports.mjs';

/**
 * `npm test`: lint, types, unit, integration and browser tests, one after the other since all of them use every core.
 * `npm test -- --faults` adds what takes long and what breaks disks, mounts and processes, and tries all of long lists;
 * `--twice` gives what fails a second attempt, and names it even when that passes. The last line sums what the runners
 * counted.
 */

const FAULTS = process.argv.includes('--faults');
const TWICE = process.argv.includes('--twice');

const TOP = join(import.meta.dirname, '..');
/** The package brings the Node that its programs need; `npm` puts it first by itself. */
const PATH = `${join(TOP, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
const ENVIRONMENT = {
  PATH,
  NEXT_TELEMETRY_DISABLED: '1',
  // Dozens of servers are started; each one would compile everything anew.
  NODE_COMPILE_CACHE: join(TOP, 'node_modules', '.cache', 'compile'),
  ...(FAULTS ? { IBS_TEST_THOROUGH: '1' } : {}),
};
const scratch = mkdtempSync(join(tmpdir(), 'ibs-test-'));

/** One step that runs no tests of its own counts as one that passed or failed. */
const check = (name, ...words) => ({
  name,
  words,
  count: (status) => (status === 0 ? counted(1, 0) : counted(0, 1, 0, [name])),
});

const vitest = (project, ...more) => {
  const report = join(scratch, `${project}.json`);
  const words = ['vitest', 'run', '--project', project, ...more, '--reporter=default', '--reporter=json'];
  return {
    name: project,
    words: [...words, `--outputFile.json=${report}`, ...(TWICE ? ['--retry=1'] : [])],
    count: () => vitestCounts(report, TOP),
  };
};

const browser = () => {
  const report = join(scratch, 'browser.json');
  return {
    name: 'browser',
    words: ['playwright', 'test', '--reporter=line,json', ...(TWICE ? ['--retries=1'] : [])],
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    count: () => browserCounts(report),
  };
};

/** They wait for servers, disks and clocks: half as many again as there are cores keep these busy. */
const BUSY = `--maxWorkers=${Math.ceil(availableParallelism() * 1.5)}`;

const steps = [
  check('lockfile', 'node', 'scripts/fix-lock.mjs', '--check'),
  check('lint', 'biome', 'check', '--error-on-warnings', '.'),
  check('route types', 'next', 'typegen'),
  check('types', 'tsc', '--noEmit'),
  vitest('unit'),
  vitest('integration', BUSY),
  browser(),
  ...(FAULTS ? [vitest('thorough', BUSY), vitest('faults')] : []),
];

const lines = [];
const results = [];
for (const step of steps) {
  console.log(`\n== ${step.name}`);
  const began = performance.now();
  const [command, ...words] = step.words;
  const program = command === 'node' ? process.execPath : join(TOP, 'node_modules', '.bin', command);
  const environment = { ...process.env, ...ENVIRONMENT, ...step.environment };
  const { status } = spawnSync(program, words, { cwd: TOP, stdio: 'inherit', env: environment });
  const counts = countsOf(step, status);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  results.push(counts);
  lines.push(`${step.name}: ${summary(counts)} (${seconds} s)`);
}
rmSync(scratch, { recursive: true, force: true });

const all = (key) => results.flatMap((counts) => counts[key]);
const sum = (key) => all(key).reduce((total, value) => total + value, 0);
const total = counted(sum('passed'), sum('failed'), sum('skipped'));
console.log(`\n${lines.join('\n')}\n`);
for (const name of all('repeated')) console.log(`Passed only at the second attempt: ${name}`);
for (const name of all('failures')) console.log(`Failed: ${name}`);
console.log(summary(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A runner that ended badly has failed, whatever it managed to count. */
function countsOf(step, status) {
  let counts = counted(0, 0);
  try {
    counts = step.count(status);
  } catch {
    console.error(`${step.name}: no report was written.`);
  }
  if (status === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, failures: [`${step.name}: its runner ended with ${status}`] };
}
