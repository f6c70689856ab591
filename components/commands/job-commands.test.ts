import { expect, test } from 'vitest';
import { CreateJobInput, UpdateJobInput } from '#domain/job.ts';
import { jobCommands, removeJobCommands } from './job-commands.ts';

const draft = { schedule: 'daily 04:00', window: '' };
const oneLine = (text: string | undefined) => text?.replace(/\s*\\\n\s*/g, ' ');

/** What the call of the API sends. */
function sent(curl: string | undefined): unknown {
  const body = /-d '(.*)'$/s.exec(curl ?? '')?.[1] ?? '';
  return (JSON.parse(body) as { json: unknown }).json;
}

test('a further job as a command and as a call that the API takes', () => {
  const keep = { last: 0, hourly: 0, daily: 7, weekly: 0, monthly: 0, yearly: 0 };
  const change = { namespace: 'production/web', depth: 0, keep };
  const wish = { kind: 'prune' as const, name: 'web', isNew: true, ...draft, change };
  const [cli, curl] = jobCommands('main', wish);
  expect(oneLine(cli?.text)).toBe(
    "ironcore-backup job create main --kind prune --job web --schedule 'daily 04:00' --ns production/web --depth 0 --keep-daily 7",
  );
  expect(CreateJobInput.parse(sent(curl?.text))).toMatchObject({ job: 'web', schedule: '04:00', depth: 0 });
});

test('a change names what goes, and the whole datastore as the empty namespace', () => {
  const change = { namespace: '', depth: null, keep: { daily: 0, weekly: 4 } };
  const wish = { kind: 'prune' as const, name: '', isNew: false, ...draft, change };
  const [cli, curl] = jobCommands('main', wish);
  expect(oneLine(cli?.text)).toBe(
    "ironcore-backup job update main --kind prune --schedule 'daily 04:00' --window none --depth none --keep-daily 0 --keep-weekly 4 --ns ''",
  );
  expect(UpdateJobInput.parse(sent(curl?.text))).toMatchObject({ job: '', namespace: '', window: null });
  const verify = { ...wish, kind: 'verify' as const, name: 'web', change: { budgetBytes: null } };
  expect(oneLine(jobCommands('main', verify)[0]?.text)).toMatch(/--job web .* --budget none$/);
  expect(removeJobCommands('main', verify)[0]?.text).toBe(
    'ironcore-backup job remove main --kind verify --job web',
  );
});
