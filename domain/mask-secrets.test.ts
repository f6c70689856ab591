import { expect, test } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

test('values of secrets are masked however deep they lie, and nothing else', () => {
  const given = {
    comment: 'the password of bob',
    passwordChanged: true,
    password: 'hunter2hunter2',
    grants: [{ role: 'Auditor', accessKey: 'AKIA', secretHash: 'ff', secretKey: null }],
    keepDaily: 7,
    expiresAt: new Date(0),
    gone: undefined,
    line: 'used ci@ibs!laptop:abcdefghijklmnopqrstuvwxyz012345 here',
  };
  expect(maskSecrets(given)).toEqual({
    comment: 'the password of bob',
    passwordChanged: true,
    password: '***',
    grants: [{ role: 'Auditor', accessKey: '***', secretHash: '***', secretKey: null }],
    keepDaily: 7,
    expiresAt: '1970-01-01T00:00:00.000Z',
    line: 'used ci@ibs!laptop:*** here',
  });
});
