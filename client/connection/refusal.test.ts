import { expect, test } from 'vitest';
import { refusal } from './refusal.ts';

test.each([
  [404, "datastore 'x' does not exist", 'DATASTORE_NOT_FOUND', /datastore list/],
  [404, 'namespace not found: x', 'NAMESPACE_NOT_FOUND', /namespace create/],
  [
    403,
    'permission check failed - missing Datastore.Backup on /datastore/x',
    'PRIVILEGE_MISSING',
    /acl grant/,
  ],
  [401, 'authentication failed', 'AUTH_FAILED', /token create/],
  [400, 'backup owner check failed (a@ibs != b@ibs)', 'OWNER_MISMATCH', /--backup-id/],
  [400, 'unable to acquire backup group lock - it is in use', 'GROUP_LOCKED', /task list --state running/],
  [400, 'read-only maintenance mode: New disks', 'DATASTORE_MAINTENANCE', /maintenance has ended/],
])('a refusal by status %i with "%s" says what to do', (status, text, code, hint) => {
  const error = refusal(status, text, code);
  expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) });
  expect(error.message).toMatch(/^[A-Z].*\.$/);
});

test.each([
  [400, 'no permissions on /datastore/x', 'PRIVILEGE_MISSING'],
  [400, 'backup owner check failed!', 'OWNER_MISMATCH'],
  [400, 'snapshot host/a/2026-05-02T08:11:33Z does not exist.', 'SNAPSHOT_NOT_FOUND'],
  [400, 'offline maintenance mode:', 'DATASTORE_MAINTENANCE'],
  [401, 'authentication failed', 'AUTH_FAILED'],
  [400, 'whatever else', 'PROTOCOL_VIOLATION'],
])('from a server without codes, status %i with "%s" is %s', (status, text, code) => {
  expect(refusal(status, text, undefined).code).toBe(code);
  expect(refusal(status, text, 'PROTOCOL_VIOLATION').code).toBe(code);
});
