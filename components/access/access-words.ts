import { countOf } from '#domain/units.ts';
import type { AclView, TokenView, UserView } from '../trpc/views.ts';
import type { StatusLook } from '../ui/status-looks.ts';

/** Addresses and words of the access pages. */

export const USERS_HREF = '/access';
export const USER_GROUPS_HREF = '/access/groups';
export const ROLES_HREF = '/access/roles';
export const TOKENS_HREF = '/access/tokens';
export const GRANTS_HREF = '/access/permissions';

export type AccountState = 'enabled' | 'expiring' | 'expired' | 'disabled';

export const ACCOUNT_LOOKS: Record<AccountState, StatusLook> = {
  expired: { word: 'Expired', glyph: 'clock', tone: 'err', severity: 3 },
  expiring: { word: 'Expires soon', glyph: 'half-disc', tone: 'warn', severity: 2 },
  disabled: { word: 'Disabled', glyph: 'slashed-ring', tone: 'muted', severity: 1 },
  enabled: { word: 'Enabled', glyph: 'disc', tone: 'ok', severity: 0 },
};

const DAY_MS = 86_400_000;
export const EXPIRING_DAYS = 14;
export const UNUSED_DAYS = 90;

export function accountState(
  account: { enabled: boolean; expiresAt: Date | null },
  now: number,
): AccountState {
  if (!account.enabled) return 'disabled';
  const left = account.expiresAt === null ? Number.POSITIVE_INFINITY : account.expiresAt.getTime() - now;
  if (left <= 0) return 'expired';
  return left <= EXPIRING_DAYS * DAY_MS ? 'expiring' : 'enabled';
}

/** A token that nobody has used for long is a key that lies around. */
export function isUnused(token: Pick<TokenView, 'lastUsedAt' | 'createdAt'>, now: number): boolean {
  return now - (token.lastUsedAt ?? token.createdAt).getTime() > UNUSED_DAYS * DAY_MS;
}

/** `web-1` of `alice@ibs!web-1`. */
export function tokenName(id: string): string {
  return id.slice(id.indexOf('!') + 1);
}

/** Made and renewed by the server itself, for the command line of its host. */
export function isOfServer(principal: string): boolean {
  return /@system(!|$)/.test(principal);
}

export function grantText({ role, path }: Pick<AclView, 'role' | 'path'>): string {
  return `${role} on ${path === '/' ? 'everything' : path}`;
}

export interface RemovalSums {
  tokens: string;
  grants: string;
}

/** What goes with a user; tokens are named while they are few. */
export function removalSums(user: UserView, tokens: readonly TokenView[]): RemovalSums {
  const own = tokens.filter((token) => token.user === user.user);
  const names = own.length > 0 && own.length <= 3 ? `: ${own.map(({ id }) => tokenName(id)).join(', ')}` : '';
  const tokenGrants = own.reduce((sum, token) => sum + token.grants.length, 0);
  const ofTokens = tokenGrants > 0 ? ` and ${countOf(tokenGrants, 'grant')} of its tokens` : '';
  return {
    tokens: user.tokenCount === 0 ? 'none' : `${countOf(user.tokenCount, 'token')}${names}`,
    grants:
      user.grants.length + tokenGrants === 0 ? 'none' : `${countOf(user.grants.length, 'grant')}${ofTokens}`,
  };
}
