import { expect, test } from 'vitest';
import { UsageError } from '../command.ts';
import { parsePlace } from './parse-place.ts';

test.each([
  ['ibs-primary', { datastore: 'ibs-primary' }],
  ['ibs-primary:', { datastore: 'ibs-primary' }],
  ['ibs-primary:production', { datastore: 'ibs-primary', namespace: 'production' }],
  ['ibs-primary:production/web', { datastore: 'ibs-primary', namespace: 'production/web' }],
  ['ibs-primary:vm/12345', { datastore: 'ibs-primary', namespace: '', type: 'vm', id: '12345' }],
  [
    'ibs-primary:production/host/web-1',
    { datastore: 'ibs-primary', namespace: 'production', type: 'host', id: 'web-1' },
  ],
])('%s', (text, place) => {
  expect(parsePlace(text)).toEqual(place);
});

test.each(['', 'x', 'a b', 'ibs-primary:a b', 'ibs-primary:a//b', ':vm/1'])('%j is no place', (text) => {
  expect(() => parsePlace(text)).toThrow(UsageError);
});
