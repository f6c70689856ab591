import { cliCommand, commandForms, shellWord } from '../commands/command-text.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';

/** The commands that do what the access pages do. */

export const LIST_USERS = cliCommand(['user', 'list']);
export const LIST_TOKENS = cliCommand(['token', 'list']);
export const LIST_GRANTS = cliCommand(['acl', 'list']);

interface NewUser {
  user: string;
  comment: string;
  role: string;
}

/** The password is asked for at the terminal and never stands in a command. */
export function createUserCommands({ user, comment, role }: NewUser): CommandForm[] {
  const name = user || 'alice@ibs';
  const cli = cliCommand(['user', 'create', name], { role, comment });
  return [{ name: 'CLI', text: cli }];
}

interface UserChange {
  enabled?: boolean;
  comment?: string;
  expiresAt?: Date | null;
}

export function updateUserCommands(user: string, change: UserChange): CommandForm[] {
  const text = cliCommand(['user', 'update', user], {
    enable: change.enabled === true,
    disable: change.enabled === false,
    comment: change.comment,
    expires: expiryWord(change.expiresAt),
  });
  // The empty text takes the comment away; as an option value it would be left out.
  const cli = change.comment === '' ? `${text} --comment ""` : text;
  // A time in JSON needs a second part that says so; nobody types that.
  return change.expiresAt
    ? [{ name: 'CLI', text: cli }]
    : commandForms(cli, 'user.update', { user, ...change });
}

export function setPasswordCommands(user: string): CommandForm[] {
  return [{ name: 'CLI', text: cliCommand(['user', 'update', user], { 'change-password': true }) }];
}

export function removeUserCommands(user: string): CommandForm[] {
  return commandForms(cliCommand(['user', 'remove', user], { yes: true }), 'user.remove', { user });
}

interface NewTokenFacts {
  /** Undefined for one's own. */
  user: string | undefined;
  name: string;
  comment: string;
  expiresAt: Date | null;
  role: string;
  datastore: string;
  namespace: string;
}

export function createTokenCommands(facts: NewTokenFacts): CommandForm[] {
  const name = facts.name || 'NAME';
  const { user, comment, expiresAt, role, datastore, namespace } = facts;
  const cli = cliCommand(['token', 'create', name], {
    user,
    role,
    datastore: role && datastore,
    namespace: role && datastore && namespace,
    expires: expiresAt && expiryWord(expiresAt),
    comment,
  });
  const grants = role ? [{ role, datastore: datastore || undefined, namespace }] : [];
  return expiresAt
    ? [{ name: 'CLI', text: cli }]
    : commandForms(cli, 'token.create', { user, name, comment, grants });
}

export function revokeTokenCommands(id: string): CommandForm[] {
  return commandForms(cliCommand(['token', 'revoke', id]), 'token.revoke', { id });
}

export interface GrantFacts {
  principal: string;
  role: string;
  path: string;
  propagate: boolean;
}

export function grantCommands(facts: GrantFacts): CommandForm[] {
  const { principal, role, path, propagate } = facts;
  const cli = cliCommand(['acl', 'grant'], { path, 'auth-id': principal, role, 'no-propagate': !propagate });
  return commandForms(cli, 'acl.grant', facts);
}

export function revokeGrantCommands({ principal, role, path }: Omit<GrantFacts, 'propagate'>): CommandForm[] {
  const cli = cliCommand(['acl', 'revoke'], { path, 'auth-id': principal, role });
  return commandForms(cli, 'acl.revoke', { principal, role, path });
}

export const LIST_USER_GROUPS = cliCommand(['user-group', 'list']);
export const LIST_ROLES = cliCommand(['role', 'list']);

export function createUserGroupCommands(facts: { group: string; comment: string; members: string[] }) {
  const { group, comment, members } = facts;
  const cli = cliCommand(['user-group', 'create', group || 'team@ibs'], { member: members, comment });
  return commandForms(cli, 'userGroup.create', facts);
}

export function updateUserGroupCommands(
  group: string,
  change: { comment: string | undefined; add: string[]; remove: string[] },
): CommandForm[] {
  const { comment, add, remove } = change;
  const cli = cliCommand(['user-group', 'update', group], { add, remove, comment });
  return commandForms(cli, 'userGroup.update', { group, ...change });
}

export function removeUserGroupCommands(group: string): CommandForm[] {
  return commandForms(cliCommand(['user-group', 'remove', group], { yes: true }), 'userGroup.remove', {
    group,
  });
}

export interface RoleFacts {
  role: string;
  privileges: readonly string[];
  comment: string;
}

export function putRoleCommands(verb: 'create' | 'update', facts: RoleFacts): CommandForm[] {
  const { role, privileges, comment } = facts;
  const cli = cliCommand(['role', verb, role || 'ROLE'], { privilege: privileges, comment });
  return commandForms(cli, `role.${verb}`, facts);
}

export function removeRoleCommands(role: string): CommandForm[] {
  return commandForms(cliCommand(['role', 'remove', role]), 'role.remove', { role });
}

export function explainCommands(asked: { principal: string; path: string; privilege?: string | undefined }) {
  const { principal, path, privilege } = asked;
  const cli = cliCommand(['acl', 'explain'], { 'auth-id': principal || 'alice@ibs', path, privilege });
  return [{ name: 'CLI', text: cli }];
}

interface TokenUse {
  /** `https://backup.example.com`: the console, for commands and the API. */
  console: string;
  /** `host:port` of the gateway, for backups. */
  gateway: string;
  fingerprint: string | null;
  token: { id: string; secret: string };
  /** Where it may back up to, when it was made for one datastore. */
  datastore: string;
}

const TOKEN_FILE = '~/.ironcore-backup-token';

/** How programs use a new token. Shown once, with the secret in it. */
export function tokenUseCommands(use: TokenUse): CommandForm[] {
  const credential = `${use.token.id}:${use.token.secret}`;
  return [
    {
      name: 'Environment',
      text: [
        `export IBS_SERVER=${shellWord(use.console)}`,
        `export IBS_TOKEN=${shellWord(credential)}`,
        'ironcore-backup status',
      ].join('\n'),
    },
    {
      name: 'Token file',
      text: [
        `(umask 077; cat > ${TOKEN_FILE}) <<'END'`,
        credential,
        'END',
        `ironcore-backup login --server ${shellWord(use.console)} --token-file ${TOKEN_FILE}`,
      ].join('\n'),
    },
    {
      name: 'curl',
      text: [
        `export IBS_TOKEN=${shellWord(credential)}`,
        `curl ${shellWord(`${use.console}/api/trpc/datastore.list`)} \\`,
        '  -H "Authorization: Bearer $IBS_TOKEN"',
      ].join('\n'),
    },
    ...(use.datastore ? [{ name: 'proxmox-backup-client', text: proxmoxText(use) }] : []),
  ];
}

function proxmoxText({ token, gateway, datastore, fingerprint }: TokenUse): string {
  return [
    `export PBS_REPOSITORY=${shellWord(`${token.id}@${gateway}:${datastore}`)}`,
    `export PBS_PASSWORD=${shellWord(token.secret)}`,
    ...(fingerprint ? [`export PBS_FINGERPRINT=${fingerprint}`] : []),
    'proxmox-backup-client snapshot list',
  ].join('\n');
}

/** A day, as the command line takes it. */
function expiryWord(at: Date | null | undefined): string | undefined {
  return at === undefined ? undefined : (at?.toISOString().slice(0, 10) ?? 'never');
}
