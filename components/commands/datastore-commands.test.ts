import { expect, test } from 'vitest';
import { VerifyInput } from '#domain/verify.ts';
import { verifyCommands } from './datastore-commands.ts';

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
