import { expect, test } from 'vitest';
import type { Overview } from '../trpc/views.ts';
import { orderDatastores } from './order-datastores.ts';

const row = (name: string, status: string, usedBytes: number | null) =>
  ({
    name,
    status,
    usedBytes,
    availableBytes: usedBytes === null ? null : 1000 - usedBytes,
  }) as Overview['datastores'][number];

test('the worst first, then the fullest; what has room stands by name however full it is', () => {
  const rows = [
    row('b', 'online', 500),
    row('a', 'online', 104),
    row('full', 'online', 900),
    row('z', 'offline', null),
  ];
  expect(orderDatastores(rows).map(({ name }) => name)).toEqual(['z', 'full', 'a', 'b']);
});
