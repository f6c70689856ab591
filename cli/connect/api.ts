import { createTRPCClient, httpLink, type TRPCClient, TRPCClientError } from '@trpc/client';
import superjson from 'superjson';
import { BackupError } from '#domain/errors.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import type { ServerAccess } from './find-server.ts';
import { knownCode, type RefusedField, ServerError } from './server-error.ts';
import { checkAnswer, unreachable } from './unreachable.ts';

/** The API as typed calls. Every failure comes out as a BackupError in words for people. */
export type Api = TRPCClient<AppRouter>;

type Answer<Call extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<Call>>;
export type DatastoreView = Answer<Api['datastore']['list']['query']>[number];
export type DatastoreDetail = Answer<Api['datastore']['get']['query']>;
export type DatastoreJobs = Answer<Api['datastore']['jobs']['query']>;
export type Verification = Answer<Api['datastore']['verification']['query']>;
export type TopUse = Answer<Api['datastore']['topUse']['query']>;
export type DrillView = Answer<Api['drill']['get']['query']>;
export type DayView = Answer<Api['datastore']['days']['query']>['days'][number];
export type PrunePlan = Answer<Api['datastore']['prunePlan']['query']>;
export type PlaceReport = Answer<Api['datastore']['inspectPath']['mutate']>;
export type NamespaceDetail = Answer<Api['namespace']['get']['query']>;
export type NamespaceMovePlan = Answer<Api['namespace']['planMove']['query']>;
export type GroupMovePlan = Answer<Api['snapshot']['planMove']['query']>;
export type NamespaceRemovalPlan = Answer<Api['namespace']['planRemove']['query']>;
export type NamespaceView = Answer<Api['namespace']['list']['query']>[number];
export type GroupView = Answer<Api['snapshot']['groups']['query']>[number];
export type SnapshotView = Answer<Api['snapshot']['get']['query']>;
export type ForgetPlan = Answer<Api['snapshot']['forget']['mutate']>;
export type TrashPage = Answer<Api['trash']['list']['query']>;
export type TrashView = TrashPage['items'][number];
export type RestorePlan = Answer<Api['trash']['restore']['mutate']>;
export type EmptyPlan = Answer<Api['trash']['empty']['mutate']>;
export type FileEntry = Answer<Api['snapshot']['browse']['query']>[number];
export type TaskView = Answer<Api['task']['list']['query']>['tasks'][number];
export type TaskCause = Answer<Api['task']['causes']['query']>['causes'][number];
export type TaskDetail = Answer<Api['task']['get']['query']>;
export type LogLine = Answer<Api['task']['log']['query']>['lines'][number];
export type UserView = Answer<Api['user']['list']['query']>[number];
export type UserRemoval = Answer<Api['user']['remove']['mutate']>;
export type TokenRevocation = Answer<Api['token']['revoke']['mutate']>;
export type TokenView = Answer<Api['token']['list']['query']>[number];
export type Explanation = Answer<Api['acl']['explain']['query']>;
export type RoleView = Answer<Api['role']['list']['query']>[number];
export type UserGroupView = Answer<Api['userGroup']['list']['query']>[number];
export type RealmView = Answer<Api['realm']['list']['query']>[number];
export type AclView = Answer<Api['acl']['list']['query']>[number];
export type AuditView = Answer<Api['audit']['get']['query']>;
export type About = Answer<Api['system']['about']['query']>;
export type Overview = Answer<Api['system']['overview']['query']>;

const REQUEST_MS = 60_000;

type Access = Pick<ServerAccess, 'console' | 'token'> & Partial<ServerAccess>;

export function openApi(access: Access, signal: AbortSignal): Api {
  const client = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${access.console}/api/trpc`,
        transformer: superjson,
        headers: { authorization: `Bearer ${access.token}` },
        fetch: (input, init) => request(access.console, String(input), init as RequestInit, signal),
      }),
    ],
  });
  // The proxy answers every path that the client has, and with the same types.
  return translated(client, [], access.tokenFrom ?? null) as unknown as Api;
}

async function request(server: string, url: string, init: RequestInit, stop: AbortSignal): Promise<Response> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(REQUEST_MS)]);
  let response: Response;
  try {
    response = await fetchOnceMore(url, { ...init, signal, redirect: 'manual' });
  } catch (cause) {
    if (stop.aborted) throw new BackupError('CANCELLED', 'Stopped.', { cause });
    throw unreachable(server, cause);
  }
  checkAnswer(server, response);
  return response;
}

/**
 * A connection that was kept may end at the moment in which it is used again. What only asks is then asked once more, over
 * a new one; of what changes something nobody knows whether it has arrived.
 */
async function fetchOnceMore(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code !== 'UND_ERR_SOCKET' || init.method !== 'GET') throw error;
    return fetch(url, init);
  }
}

/** The client with every call's failure in our words; it is a proxy itself, so its calls are found by walking. */
function translated(target: unknown, path: readonly string[], tokenFrom: string | null): unknown {
  return new Proxy(() => {}, {
    get: (_, name) =>
      typeof name === 'string' && name !== 'then'
        ? translated(target, [...path, name], tokenFrom)
        : undefined,
    apply: async (_, __, given: unknown[]) => {
      const call = path.reduce((at, name) => (at as Record<string, unknown>)[name], target);
      try {
        return await (call as (...values: unknown[]) => Promise<unknown>)(...given);
      } catch (error) {
        throw asServerError(error, tokenFrom);
      }
    },
  });
}

interface Told {
  code: string;
  message: string;
  hint?: string;
  field?: string;
  fields?: RefusedField[];
  requestId?: string;
}

/** Null for an answer that is none of ours. What goes wrong before a call is found is told without its envelope. */
function toldBy(error: TRPCClientError<AppRouter>): Told | null {
  const { ibs } = (error.data ?? {}) as { ibs?: Omit<Told, 'message'> };
  if (ibs) return { ...ibs, message: error.message };
  const plain = error.meta?.responseJSON as Partial<Told> | null | undefined;
  return typeof plain?.code === 'string' && typeof plain.message === 'string' ? (plain as Told) : null;
}

function asServerError(error: unknown, tokenFrom: string | null): BackupError {
  if (!(error instanceof TRPCClientError)) throw error;
  if (error.cause instanceof BackupError) return error.cause;
  const told = toldBy(error);
  if (told === null) {
    return new BackupError('SERVER_UNREACHABLE', 'The server gave an answer that cannot be read.', {
      hint: 'Is it an Ironcore Backup console of the same version?',
      cause: error,
    });
  }
  const [first] = told.fields ?? [];
  const { field, fields = [], requestId } = told;
  const hint = told.code === 'AUTH_REQUIRED' && tokenFrom ? tokenHint(tokenFrom) : told.hint;
  return new ServerError(knownCode(told.code), first?.message ?? told.message, {
    ...(hint ? { hint } : {}),
    ...(field ? { field } : {}),
    fields,
    ...(requestId ? { requestId } : {}),
    cause: error,
  });
}

/** Whoever is turned away wants to know which token it was. */
function tokenHint(tokenFrom: string): string {
  return `The token comes from ${tokenFrom}; it may have expired or been revoked.`;
}
