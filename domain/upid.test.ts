import { expect, test } from 'vitest';
import { formatUpid, upidStart } from './upid.ts';

const TASK = { node: 'backup1', startedAt: 0x654321ab, number: 0xdeadbeef, user: 'root@pam' };

test('the name of a task has the form of a Proxmox Backup Server, and its start can be read from it', () => {
  const text = formatUpid({ ...TASK, type: 'verificationjob', id: 'ibs-primary:vm/101' });
  expect(text).toBe(
    'UPID:backup1:00000000:00000000:DEADBEEF:654321AB:verificationjob:ibs\\x2dprimary\\x3avm-101:root@pam:',
  );
  expect(upidStart(text)).toBe(TASK.startedAt);
});

test('an id that begins with a dot, or has bytes of its own', () => {
  expect(formatUpid({ ...TASK, type: 'verify', id: '.a_ä' })).toContain(':verify:\\x2ea_\\xc3\\xa4:');
});

test.each(['', 'UPID', 'UPID:a:b:c:d:xyz:verify:id:user:', 'TASK:a:b:c:d:00000001:verify:id:user:'])(
  '%j is none',
  (text) => expect(upidStart(text)).toBeNull(),
);

test('those of a Proxmox Backup Server are read as well', () => {
  expect(upidStart('UPID:pbs:000003E8:00000F1B:0000000A:5F3F4A2C:verify:store:root@pam:')).toBe(0x5f3f4a2c);
});
