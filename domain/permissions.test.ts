import { describe, expect, test } from 'vitest';
import { becauseOf } from './explain-access.ts';
import {
  type AclEntry,
  type AclPath,
  decide,
  type Privilege,
  privilegesOn,
  type RoleName,
} from './permissions.ts';
import type { PrincipalId } from './principal.ts';
import { excessOf, parseRoleName, ROLE_ALIASES } from './role.ts';

const ALICE = 'alice@ibs' as PrincipalId;
const CI = 'alice@ibs!ci' as PrincipalId;
const TEAM = 'team@polystack';
const STORE = '/datastore/main';
const PRODUCTION = `${STORE}/production` as AclPath;

/** `Datastore.Reader /datastore/main`, with ` only` where it does not propagate and ` by team` where it comes by a group. */
function entry(text: string, principal = ALICE): AclEntry {
  const [role = '', path = '', ...more] = text.split(' ');
  const group = more.includes('team') ? (TEAM as NonNullable<AclEntry['group']>) : null;
  const own = role === 'Own' ? { privileges: ['Datastore.Prune'] as Privilege[] } : {};
  const propagate = !more.includes('only');
  return { path: path as AclPath, principal, role: role as RoleName, propagate, group, ...own };
}

/** Held on `/datastore/main/production`. */
function held(entries: string[], principal = ALICE): Privilege[] {
  const all = entries.map((text) => entry(text.replace('CI ', ''), text.startsWith('CI ') ? CI : ALICE));
  return [...privilegesOn(all, principal, PRODUCTION)].sort();
}

const READER: Privilege[] = ['Datastore.Audit', 'Datastore.Read', 'Datastore.Verify'];

describe('what one may', () => {
  test.each<[string, string[], Privilege[]]>([
    ['nothing granted', [], []],
    ['from above', ['Datastore.Reader /'], READER],
    ['the deeper one replaces it', ['Datastore.Reader /', `Datastore.Backup ${STORE}`], ['Datastore.Backup']],
    [
      'of one node they add up',
      [`Datastore.Reader ${STORE}`, `Own ${STORE}`],
      [...READER, 'Datastore.Prune'].sort() as Privilege[],
    ],
    [
      'what stays on its path does not come down',
      ['Datastore.Reader /', `Datastore.Backup ${STORE} only`],
      READER,
    ],
    [
      'what stays on its path counts there',
      ['Datastore.Reader /', `Datastore.Backup ${PRODUCTION} only`],
      ['Datastore.Backup'],
    ],
    ['NoAccess leaves nothing', ['Datastore.Reader /', `NoAccess ${STORE}`], []],
    ['not even of what stands beside it', [`Datastore.Reader ${STORE}`, `NoAccess ${STORE}`], []],
    [
      'until a deeper one grants again',
      [`NoAccess ${STORE}`, `Datastore.Backup ${PRODUCTION}`],
      ['Datastore.Backup'],
    ],
    ['a sibling has no part', [`Datastore.Reader ${STORE}/staging`], []],
    ['a name that begins alike is no parent', [`Datastore.Reader ${STORE}/prod`], []],
    ['by a group', [`Datastore.Reader ${STORE} by team`], READER],
    [
      'own entries win over those of groups on a node',
      [`Datastore.Reader ${STORE} by team`, `Datastore.Backup ${STORE}`],
      ['Datastore.Backup'],
    ],
    [
      'even NoAccess of a group',
      [`NoAccess ${STORE} by team`, `Datastore.Backup ${STORE}`],
      ['Datastore.Backup'],
    ],
    [
      'a deeper entry of a group wins over own ones above',
      [`Datastore.Backup ${STORE}`, `Datastore.Reader ${PRODUCTION} by team`],
      READER,
    ],
    [
      'own ones that do not reach down leave those of groups',
      [`Datastore.Backup ${STORE} only`, `Datastore.Reader ${STORE} by team`],
      READER,
    ],
  ])('%s', (_, entries, expected) => {
    expect(held(entries)).toEqual(expected);
  });

  test.each<[string, string[], Privilege[]]>([
    ['nothing of its own', ['Administrator /'], []],
    ['what both hold', ['Datastore.Reader /', `CI Datastore.Admin ${STORE}`], READER],
    [
      'no more than was granted to it',
      ['Administrator /', `CI Datastore.Audit ${STORE}`],
      ['Datastore.Audit'],
    ],
    ['what its user has by a group', [`Datastore.Reader ${STORE} by team`, 'CI Administrator /'], READER],
    ['nothing once its user is barred', [`NoAccess ${PRODUCTION}`, 'CI Administrator /'], []],
  ])('a token holds %s', (_, entries, expected) => {
    expect(held(entries, CI)).toEqual(expected);
  });
});

describe('why', () => {
  const why = (entries: AclEntry[], principal: PrincipalId, privilege: Privilege) =>
    becauseOf(decide(entries, principal, PRODUCTION), privilege);

  test('names the entry that decides, and the group that it was granted to', () => {
    const entries = [entry('Administrator /'), entry(`Datastore.Reader ${STORE} by team`)];
    const reader = `Datastore.Reader on ${STORE}, granted to ${TEAM},`;
    expect(why(entries, ALICE, 'Datastore.Read')).toEqual([`${reader} holds Datastore.Read.`]);
    expect(why(entries, ALICE, 'Datastore.Prune')).toEqual([`${reader} does not hold Datastore.Prune.`]);
  });

  test('of a token tells what is missing on its side, or on that of its user', () => {
    const entries = [entry('Datastore.Admin /', CI), entry('NoAccess /')];
    expect(why(entries, CI, 'Datastore.Read')).toEqual([
      `NoAccess on /, granted to ${ALICE}, leaves nothing.`,
    ]);
    expect(why([entry('Administrator /')], CI, 'Datastore.Read')).toEqual([
      `Nothing is granted to ${CI} on the way.`,
    ]);
  });

  test('every node of the way is there, and what did not count with the reason', () => {
    const entries = [entry('Auditor / only'), entry(`NoAccess ${STORE} by team`), entry(`Own ${STORE}`)];
    const [walk] = decide(entries, ALICE, PRODUCTION).walks;
    expect(
      walk?.steps.map(({ path, counts, passed }) => [path, counts.length, passed.map(({ why }) => why)]),
    ).toEqual([
      ['/', 0, ['only-there']],
      ['/datastore', 0, []],
      [STORE, 1, ['own-entries']],
      [PRODUCTION, 0, []],
    ]);
    expect(walk?.deciding?.path).toBe(STORE);
  });
});

describe('roles', () => {
  test('spellings of Proxmox become ours', () => {
    for (const [alias, role] of Object.entries(ROLE_ALIASES)) {
      expect(parseRoleName(alias)).toEqual({ ok: true, value: role });
      expect(parseRoleName(role)).toEqual({ ok: true, value: role });
    }
    expect(parseRoleName('NoAccess').ok).toBe(true);
    expect(parseRoleName('no role').ok).toBe(false);
  });

  test('nobody gives what it does not hold, on the path or below it', () => {
    const giver = {
      principal: ALICE,
      entries: [entry(`Datastore.Admin ${STORE}`), entry(`Datastore.Audit ${PRODUCTION}`)],
    };
    const grant = { path: STORE as AclPath, privileges: ['Datastore.Read'] as Privilege[] };
    expect(excessOf(giver, { ...grant, propagate: false })).toBeNull();
    expect(excessOf(giver, { ...grant, propagate: true })).toEqual({
      path: PRODUCTION,
      privileges: ['Datastore.Read'],
    });
    expect(excessOf(giver, { ...grant, path: '/', propagate: false })).toEqual({
      path: '/',
      privileges: ['Datastore.Read'],
    });
    expect(excessOf(giver, { path: '/', privileges: [], propagate: true })).toBeNull();
  });
});
