import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * What the runners reported: `{ passed, failed, skipped, failures, repeated }`. The last two are lists of names:
 * what failed, and what passed only at its second attempt.
 */
export function counted(passed, failed, skipped = 0, failures = [], repeated = []) {
  return { passed, failed, skipped, failures, repeated };
}

export function vitestCounts(path, top) {
  const { testResults, numPassedTests, numFailedTests, numPendingTests } = read(path);
  const shown = (file) => file.name.replace(`${top}/`, '');
  const tests = testResults.flatMap((file) =>
    file.assertionResults.map(({ fullName, status, failureMessages }) => {
      const [message = ''] = failureMessages ?? [];
      return { status, message, text: described(`${shown(file)} > ${fullName}`, message) };
    }),
  );
  // A file that could not even be loaded has no tests to count, and is a failure all the same.
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failures = tests.filter(({ status }) => status === 'failed').map(({ text }) => text);
  failures.push(...broken.map((file) => described(shown(file), file.message)));
  // The messages of an attempt that failed stay with a test that passed in the end.
  const repeated = tests.filter(({ status, message }) => status === 'passed' && message !== '');
  const failed = numFailedTests + broken.length;
  return counted(
    numPassedTests,
    failed,
    numPendingTests,
    failures,
    repeated.map(({ text }) => text),
  );
}

export function browserCounts(path) {
  const { stats, errors, suites } = read(path);
  const tests = suites.flatMap(specsOf).flatMap(({ title, file, tests }) =>
    tests.map(({ status, results }) => {
      const message = results.find(({ error }) => error !== undefined)?.error.message;
      return { status, text: described(`${file} > ${title}`, message) };
    }),
  );
  const withStatus = (wanted) => tests.filter(({ status }) => status === wanted).map(({ text }) => text);
  const failures = [
    ...withStatus('unexpected'),
    ...errors.map(({ message }) => described('browser', message)),
  ];
  const failed = stats.unexpected + errors.length;
  return counted(stats.expected + stats.flaky, failed, stats.skipped, failures, withStatus('flaky'));
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

/** A name with the first line of what went wrong. */
function described(name, message = '') {
  const [first] = stripVTControlCharacters(message).split('\n', 1);
  return first === '' ? name : `${name}\n    ${first.slice(0, 300)}`;
}

function read(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
