import { describe, expect, test } from 'vitest';
import type { NamespacePath } from '#domain/ids.ts';
import {
  changeSimulation,
  formatPolicy,
  parsePolicy,
  readSimulation,
  simulationHref,
  withRule,
} from './policy-address.ts';

const read = (query: string, scheduled = {}) => readSimulation(new URLSearchParams(query), scheduled);

describe('the address of a simulation', () => {
  test('names both policies, the place, the page and the view', () => {
    expect(read('keep=daily:7,weekly:4&other=last:3&ns=prod&at=1000&view=list')).toEqual({
      ...{ keep: { daily: 7, weekly: 4 }, other: { last: 3 } },
      ...{ namespace: 'prod', depth: null, offset: 1000, view: 'list' },
    });
  });

  test('leaves the policy to the schedule, unless it says that there is none', () => {
    expect(read('', { daily: 7 }).keep).toEqual({ daily: 7 });
    expect(read('keep=', { daily: 7 }).keep).toEqual({});
    expect(read('keep=last:1').other).toBeNull();
  });

  test.each(['keep=daily:x', 'keep=sometimes:7', 'keep=daily', 'keep=daily:0', 'at=-5', 'at=x'])(
    'reads %s as nothing said',
    (query) => {
      expect(read(query)).toMatchObject({ keep: {}, offset: 0 });
    },
  );

  test('goes to the first page when the place is another, and keeps what it does not know', () => {
    const start = new URLSearchParams('keep=last:3&at=2000&x=1');
    expect(changeSimulation(start, { namespace: 'a/b' }).toString()).toBe('keep=last%3A3&x=1&ns=a%2Fb');
    expect(changeSimulation(start, { keep: { daily: 2 } }).get('at')).toBe('2000');
    expect(changeSimulation(start, { other: {} }).get('other')).toBe('');
    expect(changeSimulation(new URLSearchParams('other=last:3'), { other: null }).has('other')).toBe(false);
  });
});

test('a policy is written in the order of its rules and read back', () => {
  expect(formatPolicy({ yearly: 1, daily: 7, hourly: 0 })).toBe('daily:7,yearly:1');
  expect(parsePolicy('daily:7,yearly:1')).toEqual({ daily: 7, yearly: 1 });
  expect(parsePolicy('daily:99999999999')).toEqual({ daily: 1_000_000 });
});

test('what is typed becomes a rule; nothing and zero take it away', () => {
  expect(withRule({ daily: 7 }, 'weekly', '4')).toEqual({ daily: 7, weekly: 4 });
  expect(withRule({ daily: 7 }, 'daily', '7a2')).toEqual({ daily: 72 });
  expect(withRule({ daily: 7 }, 'daily', '')).toEqual({});
  expect(withRule({ daily: 7 }, 'daily', '0')).toEqual({});
});

test('the place of a job is tried with its depth, and another namespace is looked at whole', () => {
  const href = simulationHref({ keep: { daily: 7 }, namespace: 'prod/web' as NamespacePath, depth: 0 });
  expect(href).toBe('?keep=daily%3A7&ns=prod%2Fweb&depth=0#simulator');
  const params = new URLSearchParams(href.replace('#simulator', ''));
  expect(readSimulation(params, {})).toMatchObject({ namespace: 'prod/web', depth: 0 });
  expect(changeSimulation(params, { namespace: 'prod' }).toString()).toBe('keep=daily%3A7&ns=prod');
  expect(changeSimulation(params, { keep: { last: 1 } }).get('depth')).toBe('0');
  expect(read('depth=x').depth).toBeNull();
});
