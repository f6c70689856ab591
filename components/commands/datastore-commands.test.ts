import { expect, test } from 'vitest';
import { VerifyInput } from '#domain/verify.ts';
import { scheduleCommands, verifyCommands } from './datastore-commands.ts';

const whole = { namespace: '', group: null, time: null, outdatedAfterDays: null, budgetBytes: null };
const group = { type: 'vm', id: '100' };
const time = Date.UTC(2026, 4, 2, 8, 11, 33) / 1000;

test.each([
  [whole, ''],
  [{ ...whole, namespace: 'production', outdatedAfterDays: 30 }, '--ns production --outdated-after 30'],
  [{ ...whole, outdatedAfterDays: 0, budgetBytes: 5 * 1024 ** 3 }, '--again --budget 5'],
  [{ ...whole, group, outdatedAfterDays: 0 }, '--group vm/100 --again'],
  [{ ...whole, group, time }, '--snapshot vm/100/2026-05-02T08:11:33Z'],
])('a verification as a command and as a call that the API takes', (wish, options) => {
  const [cli, curl] = verifyCommands('main', wish);
  expect(cli?.text.replaceAll(/\s*\\\n\s*/g, ' ')).toBe(
    `ironcore-backup datastore verify main ${options}`.trim(),
  );
  expect(curl?.text).toContain('datastore.verify');
  expect(VerifyInput.parse({ name: 'main', ...wish })).toMatchObject({ time: wish.time });
});

test('a schedule is saved with its window and with what was changed about its runs', () => {
  const draft = { schedule: 'Sun 05:00', window: '' };
  const [gc] = scheduleCommands('main', 'gc', draft, { stopPercent: null, graceMinutes: 60 });
  expect(gc?.text.replace(/\s*\\\n\s*/g, ' ')).toBe(
    "ironcore-backup datastore update main --gc-schedule 'Sun 05:00' --gc-window none --gc-grace-minutes 60 --gc-stop-percent none",
  );
  const [verify] = scheduleCommands('main', 'verify', draft, { budgetBytes: 5 * 1024 ** 3 });
  expect(verify?.text.replace(/\s*\\\n\s*/g, ' ')).toBe(
    "ironcore-backup datastore update main --verify-schedule 'Sun 05:00' --verify-window none --verify-budget 5",
  );
  const [prune] = scheduleCommands('main', 'prune', { schedule: '', window: '22:00-06:00' });
  expect(prune?.text.replace(/\s*\\\n\s*/g, ' ')).toBe(
    'ironcore-backup datastore update main --prune-schedule none --prune-window 22:00-06:00',
  );
});
