import { expect, test } from 'vitest';
import { dateOf, dayOf, expiryDate } from './expiry.ts';

test('days count from now; never is no date at all', () => {
  expect(expiryDate('30', 0)).toEqual(new Date('1970-01-31T00:00:00Z'));
  expect(expiryDate('never', 0)).toBeNull();
});

test('a day starts in UTC and comes back as the same day', () => {
  expect(dayOf(dateOf('2027-01-31'))).toBe('2027-01-31');
  expect(dateOf('')).toBeNull();
  expect(dayOf(null)).toBe('');
});
