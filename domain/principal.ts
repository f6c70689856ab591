import { quote } from './quote.ts';
import { ok, type Result, refuse } from './result.ts';

/**
 * Who acts: a user `name@realm` or an API token `name@realm!token` (docs/glossary.md), and groups of users. The text form is
 * what `owner` files, ACL entries, tasks and the audit log hold.
 */

declare const brand: unique symbol;
export type UserId = string & { readonly [brand]: 'UserId' };
export type TokenId = string & { readonly [brand]: 'TokenId' };
export type PrincipalId = UserId | TokenId;
/** A user group `name@realm`; its name looks like that of a user, and no user has the same. */
export type GroupId = string & { readonly [brand]: 'GroupId' };
/** Whom something can be granted to. */
export type Grantee = PrincipalId | GroupId;

const REALM = /^[A-Za-z0-9_][A-Za-z0-9._-]{1,31}$/;
const TOKEN_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{2,63}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule excludes
const USER_NAME = /^[^\u0000-\u0020\u007f/:!]+$/;
const USER_ID_MAX = 64;

export function parseUserId(text: string, field = 'user'): Result<UserId> {
  const at = text.lastIndexOf('@');
  const name = text.slice(0, Math.max(at, 0));
  const realm = text.slice(at + 1);
  if (at <= 0 || !USER_NAME.test(name) || !REALM.test(realm) || text.length > USER_ID_MAX) {
    const message = text === '' ? 'Give the user a name.' : `${quote(text)} is not a user id.`;
    return refuse('NAME_INVALID', message, {
      field,
      hint: 'Write name@realm, for example alice@ibs; no spaces, "/", ":" or "!" and at most 64 characters.',
    });
  }
  return ok(text as UserId);
}

export function parseTokenId(text: string, field = 'token'): Result<TokenId> {
  const bang = text.indexOf('!');
  const user = parseUserId(bang > 0 ? text.slice(0, bang) : '', field);
  if (!user.ok || !TOKEN_NAME.test(text.slice(bang + 1))) {
    return refuse('NAME_INVALID', `${quote(text)} is not a token id.`, {
      field,
      hint: 'Write user@realm!name; the name has 3 to 64 letters, digits, dots, dashes or underscores.',
    });
  }
  return ok(text as TokenId);
}

export function parseGroupId(text: string, field = 'group'): Result<GroupId> {
  const user = parseUserId(text, field);
  if (user.ok) return ok(text as string as GroupId);
  return refuse('NAME_INVALID', `${quote(text)} is not the id of a user group.`, {
    field,
    hint: 'Write name@realm, for example security-team@polystack.',
  });
}

export function parsePrincipalId(text: string, field = 'principal'): Result<PrincipalId> {
  return text.includes('!') ? parseTokenId(text, field) : parseUserId(text, field);
}

export function tokenIdOf(user: UserId, name: string): Result<TokenId> {
  return parseTokenId(`${user}!${name}`, 'name');
}

export function isToken(principal: PrincipalId): principal is TokenId {
  return principal.includes('!');
}

/** The user behind a principal: itself, or the owner of the token. */
export function userOf(principal: PrincipalId): UserId {
  const bang = principal.indexOf('!');
  return (bang < 0 ? principal : principal.slice(0, bang)) as UserId;
}

export function realmOf(principal: PrincipalId): string {
  const user = userOf(principal);
  return user.slice(user.lastIndexOf('@') + 1);
}

/** A caller owns what it created; a user also owns what its tokens created, never the other way round (8.1). */
export function owns(caller: PrincipalId, owner: PrincipalId): boolean {
  return caller === owner || (isToken(owner) && userOf(owner) === caller);
}
