import { expect, test } from 'vitest';
import type { NamespaceView } from '../trpc/views.ts';
import { filterNamespaces, namespaceTree, pathsDownTo } from './namespace-tree.ts';

const views = (...paths: string[]) => paths.map((path) => ({ path, groupCount: 1 }) as NamespaceView);

function labelsBelow(tree: ReturnType<typeof namespaceTree>, id: string) {
  const inside = tree.children.get(id);
  return inside?.state === 'ready' ? inside.nodes.map((node) => node.label) : [];
}

test('namespaces stand below their parent, under their last name', () => {
  const tree = namespaceTree(views('', 'production', 'production/web', 'staging'));
  expect(tree.roots.map((node) => [node.id, node.label, node.isBranch])).toEqual([['/', 'Root', true]]);
  expect(labelsBelow(tree, '/')).toEqual(['production', 'staging']);
  expect(labelsBelow(tree, 'production')).toEqual(['web']);
});

test('what one may see is shown even when its parent may not be seen', () => {
  const tree = namespaceTree(views('tenants/acme', 'tenants/acme/web'));
  expect(tree.roots.map((node) => node.label)).toEqual(['tenants/acme']);
  expect(labelsBelow(tree, 'tenants/acme')).toEqual(['web']);
});

test('a filter keeps what it finds with the way to it, and nothing else', () => {
  const all = views('', 'production', 'production/Web', 'production/db', 'staging', 'tenants/web');
  const kept = (text: string) => filterNamespaces(all, text).map(({ path }) => path);
  expect(kept(' web ')).toEqual(['', 'production', 'production/Web', 'tenants/web']);
  expect(kept('on/d')).toEqual(['', 'production', 'production/db']);
  expect(kept('nothing')).toEqual([]);
});

test('the way down to a namespace starts at the root', () => {
  expect(pathsDownTo('a/b')).toEqual(['', 'a', 'a/b']);
  expect(pathsDownTo('')).toEqual(['']);
});
