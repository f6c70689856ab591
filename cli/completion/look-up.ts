import { formatGroupPath, parseLocatedSnapshot } from '#domain/ids.ts';
import { must } from '#domain/result.ts';
import { type ArchiveKind, archiveKind, clientArchiveName } from '#domain/snapshot.ts';
import { formatTrashItem } from '#domain/trash.ts';
import type { Context, ValueSource } from '../command.ts';
import { type Api, openApi } from '../connect/api.ts';
import { readCredentials } from '../connect/credentials.ts';
import { findServer } from '../connect/find-server.ts';
import type { Facts, Offer } from './complete.ts';

/** Names from the server. Completion never complains: a server that is slow or away offers nothing. */

const PATIENCE_MS = 2000;
const OFFERS_MAX = 200;
const HIDDEN = new Set<ArchiveKind>(['manifest', 'catalog', 'log']);

export async function lookUp(context: Context, source: ValueSource, facts: Facts): Promise<Offer[]> {
  try {
    if (source === 'server')
      return Object.keys(readCredentials(context.environment.credentialsFile).servers).map(plain);
    const globals = {
      ...context.globals,
      server: facts.given.get('server') ?? null,
      tokenFile: facts.given.get('tokenFile') ?? null,
    };
    const access = await findServer(globals, context.environment, async () => '');
    const offers = await offersOf(openApi(access, AbortSignal.timeout(PATIENCE_MS)), source, facts);
    return offers.slice(0, OFFERS_MAX);
  } catch {
    return [];
  }
}

async function offersOf(api: Api, source: ValueSource, facts: Facts): Promise<Offer[]> {
  switch (source) {
    case 'datastore':
      return (await api.datastore.list.query()).map(({ name, status }) => ({ word: name, about: status }));
    case 'namespace':
      return namespaces(api, facts);
    case 'group':
    case 'snapshot':
      return located(api, source, facts);
    case 'trash':
      return trashed(api, facts);
    case 'job':
      return jobs(api, facts);
    case 'archive':
      return archives(api, facts);
    case 'task':
      return (await api.task.list.query({ limit: 50 })).tasks.map(({ id, title, subject, state }) => ({
        word: id,
        about: `${title} ${subject}, ${state}`,
      }));
    case 'user':
      return (await api.user.list.query()).map(({ user }) => plain(user));
    case 'token':
      return (await api.token.list.query()).map(({ id, comment }) => ({ word: id, about: comment }));
    case 'principal':
      return [...(await offersOf(api, 'user', facts)), ...(await offersOf(api, 'token', facts))];
    case 'userGroup':
      return (await api.userGroup.list.query()).map(({ group, comment }) => ({
        word: group,
        about: comment,
      }));
    case 'grantee':
      return [...(await offersOf(api, 'principal', facts)), ...(await offersOf(api, 'userGroup', facts))];
    case 'role':
    case 'customRole':
      return (await api.role.list.query())
        .filter(({ builtIn }) => source === 'role' || !builtIn)
        .map(({ role, comment }) => ({ word: role, about: comment }));
    case 'setting':
      return Object.keys(await api.settings.get.query()).map((key) => plain(`${key}=`));
    default:
      return [];
  }
}

async function namespaces(api: Api, { given }: Facts): Promise<Offer[]> {
  const datastore = given.get('datastore') ?? given.get('where');
  if (!datastore) return [];
  const found = await api.namespace.list.query({ datastore });
  return found.filter(({ path }) => path !== '').map(({ path }) => plain(path));
}

/** Those of the datastore before it that have a name, of the kind that is meant. */
async function jobs(api: Api, { given }: Facts): Promise<Offer[]> {
  const found = await api.datastore.jobs.query({ name: given.get('datastore') ?? '' });
  const kind = given.get('kind');
  return found.jobs
    .filter((job) => job.name !== '' && (kind === undefined || job.kind === kind))
    .map((job) => ({ word: job.name, about: `${job.kind}: ${job.words}` }));
}

/** What lies in the trash of the datastore before it. */
async function trashed(api: Api, { given }: Facts): Promise<Offer[]> {
  const { itemOf } = await import('../commands/trash/trash-items.ts');
  const { items } = await api.trash.list.query({
    datastore: given.get('datastore') ?? '',
    limit: OFFERS_MAX,
  });
  return items.map((item) => ({ word: formatTrashItem(itemOf(item)), about: item.trashedBy }));
}

/** Those of the snapshot before it that hold something to restore. */
async function archives(api: Api, { given }: Facts): Promise<Offer[]> {
  const { datastore, ref } = must(parseLocatedSnapshot(given.get('snapshot') ?? ''));
  const { files } = await api.snapshot.get.query({ datastore, ...ref });
  const kept = (files ?? []).filter(({ name }) => !HIDDEN.has(archiveKind(name)));
  return kept.map(({ name }) => ({ word: clientArchiveName(name), about: archiveKind(name) }));
}

/** First the datastore with its colon, then what is in it. */
async function located(api: Api, source: 'group' | 'snapshot', { current }: Facts): Promise<Offer[]> {
  const colon = current.indexOf(':');
  if (colon < 0) {
    const names = (await api.datastore.list.query()).map(({ name, status }) => ({
      word: `${name}:`,
      about: status,
    }));
    return names;
  }
  const datastore = current.slice(0, colon);
  if (source === 'snapshot') {
    const { referenceOf } = await import('../commands/snapshot/snapshot-columns.ts');
    const { snapshots } = await api.snapshot.list.query({ datastore, limit: OFFERS_MAX });
    return snapshots.map((snapshot) => ({
      word: referenceOf(snapshot),
      about: snapshot.notes.split('\n')[0] ?? '',
    }));
  }
  const paths = await api.namespace.list.query({ datastore });
  const groups = await Promise.all(
    paths.slice(0, 20).map(({ path }) => api.snapshot.groups.query({ datastore, namespace: path })),
  );
  return groups.flat().map((group) => plain(`${datastore}:${formatGroupPath(group)}`));
}

function plain(word: string): Offer {
  return { word, about: '' };
}
