import { describe, expect, test } from 'vitest';
import { breadcrumbTrail } from './breadcrumb-trail.ts';
import { isWithin, NAVIGATION } from './navigation.ts';

const trail = (pathname: string) => breadcrumbTrail(pathname, NAVIGATION);
const words = (pathname: string) => trail(pathname).map((crumb) => crumb.label);

describe('the trail', () => {
  test.each([
    ['/', ['Backup Solution', 'Dashboard']],
    ['/datastores', ['Backup Solution', 'Datastores']],
    ['/datastores/', ['Backup Solution', 'Datastores']],
    ['/datastores/ibs-primary', ['Backup Solution', 'Datastores', 'ibs-primary']],
    ['/datastores/ibs-primary/gc', ['Backup Solution', 'Datastores', 'ibs-primary']],
    ['/datastores/new', ['Backup Solution', 'Datastores', 'New']],
    ['/tasks/018f%3A1', ['Backup Solution', 'Tasks', '018f:1']],
    ['/tasks/%E0%A4%A', ['Backup Solution', 'Tasks', '%E0%A4%A']],
    ['/access/tokens', ['Backup Solution', 'Access control']],
    ['/nowhere', ['Backup Solution', 'Page not found']],
  ])('of %s is %j', (pathname, expected) => expect(words(pathname)).toEqual(expected));

  test('links to everything but the place itself', () => {
    expect(trail('/datastores/ibs-primary').map((crumb) => crumb.href)).toEqual([
      '/',
      '/datastores',
      undefined,
    ]);
  });
});

test('a section holds its own pages and not those of a longer name', () => {
  expect(isWithin('/tasks/1', '/tasks')).toBe(true);
  expect(isWithin('/tasks-archive', '/tasks')).toBe(false);
  expect(isWithin('/tasks', '/')).toBe(false);
});
