import { type DatastoreName, type NamespacePath, namespaceComponents } from './ids.ts';
import { isToken, type PrincipalId, userOf } from './principal.ts';

/**
 * Who may do what: privileges, the roles that bundle them, and how entries on paths add up
 * (docs/glossary.md). Pure, so that console, API, gateway and tests decide alike.
 */

export const PRIVILEGES = [
  'Sys.Audit',
  'Sys.Modify',
  'Audit.Read',
  'Permissions.Modify',
  'Datastore.Allocate',
  'Datastore.Audit',
  'Datastore.Modify',
  'Datastore.Read',
  'Datastore.Verify',
  'Datastore.Backup',
  'Datastore.Prune',
] as const;
export type Privilege = (typeof PRIVILEGES)[number];

const ROLE_PRIVILEGES = {
  Administrator: PRIVILEGES,
  Auditor: ['Sys.Audit', 'Audit.Read', 'Datastore.Audit'],
  NoAccess: [],
  'Datastore.Admin': [
    'Datastore.Audit',
    'Datastore.Modify',
    'Datastore.Read',
    'Datastore.Verify',
    'Datastore.Backup',
    'Datastore.Prune',
  ],
  'Datastore.PowerUser': ['Datastore.Backup', 'Datastore.Prune'],
  'Datastore.Backup': ['Datastore.Backup'],
  'Datastore.Reader': ['Datastore.Audit', 'Datastore.Verify', 'Datastore.Read'],
  'Datastore.Audit': ['Datastore.Audit'],
} as const satisfies Record<string, readonly Privilege[]>;

export type RoleName = keyof typeof ROLE_PRIVILEGES;
export const ROLE_NAMES = Object.keys(ROLE_PRIVILEGES) as RoleName[];

/** What each role is for, in the words of the dialogs that grant it. */
export const ROLE_WORDS: Record<RoleName, string> = {
  Administrator: 'Everything, everywhere below the path.',
  Auditor: 'See the system, the audit log and every datastore; change nothing.',
  NoAccess: 'Nothing; stops what would be inherited.',
  'Datastore.Admin': 'All content of a datastore: back up, restore, prune, verify, change owners.',
  'Datastore.PowerUser': 'Back up, restore and prune own groups.',
  'Datastore.Backup': 'Back up and restore own groups.',
  'Datastore.Reader': 'See and restore all groups.',
  'Datastore.Audit': 'See what a datastore holds; restore nothing.',
};

export function privilegesOfRole(role: RoleName): readonly Privilege[] {
  return ROLE_PRIVILEGES[role];
}

/** A place that permissions are granted on, such as `/datastore/ibs-primary/production`. */
export type AclPath = `/${string}`;

export function datastorePath(datastore: DatastoreName | string, namespace?: NamespacePath): AclPath {
  const below = namespace === undefined ? [] : namespaceComponents(namespace);
  return `/datastore/${[datastore, ...below].join('/')}`;
}

export interface AclEntry {
  path: AclPath;
  principal: PrincipalId;
  role: RoleName;
  /** Whether the entry also counts below its path. */
  propagate: boolean;
}

/**
 * The privileges of a principal on a path. Walking down from `/`, the entries of a node replace what was
 * inherited; `NoAccess` at a node leaves nothing until a deeper node grants again. A token never holds more
 * than its user.
 */
export function privilegesOn(
  entries: readonly AclEntry[],
  principal: PrincipalId,
  path: AclPath,
): Set<Privilege> {
  const own = walk(entries, principal, path);
  if (!isToken(principal)) return own;
  const users = walk(entries, userOf(principal), path);
  return new Set([...own].filter((privilege) => users.has(privilege)));
}

/** Whether the principal holds any of the privileges on the path itself or anywhere below it. */
export function holdsBelow(
  entries: readonly AclEntry[],
  principal: PrincipalId,
  path: AclPath,
  wanted: readonly Privilege[],
): boolean {
  const places = new Set<AclPath>([
    path,
    ...entries.map((entry) => entry.path).filter((p) => isBelow(p, path)),
  ]);
  for (const place of places) {
    const held = privilegesOn(entries, principal, place);
    if (wanted.some((privilege) => held.has(privilege))) return true;
  }
  return false;
}

function walk(entries: readonly AclEntry[], principal: PrincipalId, path: AclPath): Set<Privilege> {
  const mine = entries.filter((entry) => entry.principal === principal);
  let inherited: RoleName[] = [];
  const nodes = nodesOf(path);
  for (const [depth, node] of nodes.entries()) {
    const isLeaf = depth === nodes.length - 1;
    const here = mine.filter((entry) => entry.path === node && (entry.propagate || isLeaf));
    if (here.length > 0) inherited = here.map((entry) => entry.role);
  }
  if (inherited.includes('NoAccess')) return new Set();
  return new Set(inherited.flatMap((role) => ROLE_PRIVILEGES[role]));
}

/** `/a/b` → `/`, `/a`, `/a/b`. */
function nodesOf(path: AclPath): AclPath[] {
  const nodes: AclPath[] = ['/'];
  let node = '';
  for (const part of path.split('/').filter((text) => text !== '')) {
    node += `/${part}`;
    nodes.push(node as AclPath);
  }
  return nodes;
}

function isBelow(path: AclPath, ancestor: AclPath): boolean {
  return ancestor === '/' || path.startsWith(`${ancestor}/`);
}
