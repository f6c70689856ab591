import { expect, test } from 'vitest';
import { safeDestination } from './safe-destination.ts';

test.each([
  ['/tasks?state=failed', '/tasks?state=failed'],
  ['/datastores/ibs-primary/content?ns=a%2Fb', '/datastores/ibs-primary/content?ns=a%2Fb'],
  ['/', '/'],
  [undefined, '/'],
  [['/tasks', '/evil'], '/'],
  ['https://evil.example', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in?to=/tasks', '/'],
  ['/setup', '/'],
  ['/setup-guide', '/setup-guide'],
])('%j leads to %s', (to, destination) => {
  expect(safeDestination(to)).toBe(destination);
});
