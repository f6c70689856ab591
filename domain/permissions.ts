import { type DatastoreName, type NamespacePath, namespaceComponents } from './ids.ts';
import { type GroupId, isToken, type PrincipalId, userOf } from './principal.ts';

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

declare const brand: unique symbol;
export type BuiltInRole = keyof typeof ROLE_PRIVILEGES;
/** One that was made here, with a set of privileges of its own. */
export type CustomRole = string & { readonly [brand]: 'CustomRole' };
export type RoleName = BuiltInRole | CustomRole;
export const ROLE_NAMES = Object.keys(ROLE_PRIVILEGES) as BuiltInRole[];

export function isBuiltIn(role: RoleName): role is BuiltInRole {
  return Object.hasOwn(ROLE_PRIVILEGES, role);
}

/** What each role is for, in the words of the dialogs that grant it. */
export const ROLE_WORDS: Record<BuiltInRole, string> = {
  Administrator: 'Everything, everywhere below the path.',
  Auditor: 'See the system, the audit log and every datastore; change nothing.',
  NoAccess: 'Nothing; stops what would be inherited.',
  'Datastore.Admin': 'All content of a datastore: back up, restore, prune, verify, change owners.',
  'Datastore.PowerUser': 'Back up, restore and prune own groups.',
  'Datastore.Backup': 'Back up and restore own groups.',
  'Datastore.Reader': 'See and restore all groups.',
  'Datastore.Audit': 'See what a datastore holds; restore nothing.',
};

export function roleWords(role: RoleName, privileges: readonly Privilege[] = []): string {
  return isBuiltIn(role) ? ROLE_WORDS[role] : privileges.join(', ');
}

export function privilegesOfRole(role: BuiltInRole): readonly Privilege[] {
  return ROLE_PRIVILEGES[role];
}

/** A place that permissions are granted on, such as `/datastore/ibs-primary/production`. */
export type AclPath = `/${string}`;

export function datastorePath(datastore: DatastoreName | string, namespace?: NamespacePath): AclPath {
  const below = namespace === undefined ? [] : namespaceComponents(namespace);
  return `/datastore/${[datastore, ...below].join('/')}`;
}

/** The datastore and the namespace that such a path is about; null for all others. */
export function placeOfPath(path: AclPath): { datastore: DatastoreName; namespace: NamespacePath } | null {
  const [top, datastore, ...below] = path.slice(1).split('/');
  if (top !== 'datastore' || !datastore) return null;
  return { datastore: datastore as DatastoreName, namespace: below.join('/') as NamespacePath };
}

export interface AclEntry {
  path: AclPath;
  /** Whom it counts for. */
  principal: PrincipalId;
  role: RoleName;
  /** Whether the entry also counts below its path. */
  propagate: boolean;
  /** The user group that it was granted to, where the principal has it as a member of one. */
  group?: GroupId | null;
  /** Of a role that was made here; what a built-in one holds is known. */
  privileges?: readonly Privilege[] | null;
}

/** One node on the way from `/` down to a path. */
export interface Step {
  path: AclPath;
  /** What replaces everything inherited here; empty where the inherited stays. */
  counts: readonly AclEntry[];
  /** What is granted here and does not count: not below its path, or because the user has entries of its own here. */
  passed: readonly { entry: AclEntry; why: 'only-there' | 'own-entries' }[];
}

/** How the privileges of one principal come about. */
export interface Walk {
  principal: PrincipalId;
  steps: readonly Step[];
  /** The deepest step where something counts: it alone decides. */
  deciding: Step | null;
  privileges: ReadonlySet<Privilege>;
}

/** What a principal may do on a path. Of a token both walks count, its own and that of its user. */
export interface Decision {
  privileges: ReadonlySet<Privilege>;
  walks: readonly Walk[];
}

/**
 * The one rule. Walking down from `/`, the entries of a node replace what was inherited; there a user's own entries
 * win over those of its groups, which count together. `NoAccess` at a node leaves nothing until a deeper node grants
 * again. A token never holds more than its user, and nothing through groups but what its user has by them.
 */
export function decide(entries: readonly AclEntry[], principal: PrincipalId, path: AclPath): Decision {
  const own = walk(entries, principal, path);
  if (!isToken(principal)) return { privileges: own.privileges, walks: [own] };
  const users = walk(entries, userOf(principal), path);
  const both = [...own.privileges].filter((privilege) => users.privileges.has(privilege));
  return { privileges: new Set(both), walks: [own, users] };
}

export function privilegesOn(
  entries: readonly AclEntry[],
  principal: PrincipalId,
  path: AclPath,
): ReadonlySet<Privilege> {
  return decide(entries, principal, path).privileges;
}

export function privilegesOfEntry({ role, privileges }: Pick<AclEntry, 'role' | 'privileges'>) {
  return isBuiltIn(role) ? privilegesOfRole(role) : (privileges ?? []);
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

function walk(entries: readonly AclEntry[], principal: PrincipalId, path: AclPath): Walk {
  const mine = entries.filter((entry) => entry.principal === principal);
  const nodes = nodesOf(path);
  const steps = nodes.map((node, depth) => stepAt(mine, node, depth === nodes.length - 1));
  const deciding = steps.findLast(({ counts }) => counts.length > 0) ?? null;
  const roles = deciding?.counts ?? [];
  const isBarred = roles.some(({ role }) => role === 'NoAccess');
  return {
    principal,
    steps,
    deciding,
    privileges: new Set(isBarred ? [] : roles.flatMap(privilegesOfEntry)),
  };
}

function stepAt(mine: readonly AclEntry[], path: AclPath, isLeaf: boolean): Step {
  const here = mine.filter((entry) => entry.path === path);
  const reaching = here.filter(({ propagate }) => propagate || isLeaf);
  const own = reaching.filter(({ group }) => !group);
  const counts = own.length > 0 ? own : reaching;
  const passed = here
    .filter((entry) => !counts.includes(entry))
    .map((entry) => ({
      entry,
      why: reaching.includes(entry) ? ('own-entries' as const) : ('only-there' as const),
    }));
  return { path, counts, passed };
}

/** `/a/b` → `/`, `/a`, `/a/b`. */
export function nodesOf(path: AclPath): AclPath[] {
  const nodes: AclPath[] = ['/'];
  let node = '';
  for (const part of path.split('/').filter((text) => text !== '')) {
    node += `/${part}`;
    nodes.push(node as AclPath);
  }
  return nodes;
}

export function isBelow(path: AclPath, ancestor: AclPath): boolean {
  return ancestor === '/' || path.startsWith(`${ancestor}/`);
}
