import { BACKUP_TYPES } from '#domain/ids.ts';
import { defineCommand, UsageError } from '../../command.ts';
import type { Api, SnapshotView } from '../../connect/api.ts';
import { choice, flag, optionalArgument, text, wholeNumber } from '../../values.ts';
import { type Place, parsePlace } from '../parse-place.ts';
import { requireGroup, requirePlace } from '../require-place.ts';
import { shownSnapshot, snapshotColumns } from './snapshot-columns.ts';

const LIMIT = 100;
const PAGE_MAX = 1000;

export const command = defineCommand({
  about: 'Across all datastores, or of a datastore, a namespace or a group.',
  examples: [
    'ironcore-backup snapshot list',
    'ironcore-backup snapshot list ibs-primary:production/vm/12345',
    'ironcore-backup snapshot list --datastore ibs-primary --type vm --search web --all',
  ],
  arguments: {
    where: optionalArgument('[where]', 'datastore, datastore:namespace or datastore:namespace/type/id', {
      complete: 'group',
    }),
  },
  options: {
    datastore: text('--datastore <name>', 'Only of this datastore', { complete: 'datastore' }),
    namespace: text('--ns, --namespace <namespace>', 'Only of this namespace; "" is the root', {
      complete: 'namespace',
    }),
    type: choice('--type <type>', BACKUP_TYPES, 'Only of this type'),
    id: text('--id <id>', 'Only of this backup id'),
    search: text('--search <text>', 'Only where id, owner or notes contain it'),
    limit: wholeNumber('--limit <n>', `At most so many (default: ${LIMIT})`),
    all: flag('--all', 'All of them'),
  },
  async run(context, { where, limit, all, ...filter }) {
    const place = where === undefined ? filter : narrowed(parsePlace(where), filter);
    const most = all ? Number.POSITIVE_INFINITY : (limit ?? LIMIT);
    const api = await context.api();
    const { snapshots, more } = await readSnapshots(api, { ...place, search: filter.search }, most);
    if (snapshots.length === 0) await (where === undefined ? requirePlace : requireGroup)(api, place);
    const { print } = context;
    const isFiltered = where !== undefined || Object.values(filter).some((value) => value !== undefined);
    const empty = isFiltered
      ? 'No snapshot matches.'
      : 'There is no snapshot yet. How to make one: ironcore-backup backup --help';
    await print.list(snapshots.map(shownSnapshot), snapshotColumns(print.cells), empty);
    if (more) print.say(`Only the newest ${snapshots.length} are shown; --all or --limit N shows more.`);
  },
});

type Filter = Place & { search?: string | undefined };

/** The place in one word and the filters must not contradict each other. */
function narrowed(place: Place, filter: Filter): Filter {
  for (const key of ['datastore', 'namespace', 'type', 'id'] as const) {
    if (filter[key] === undefined || place[key] === undefined) continue;
    throw new UsageError(`--${key} and the place are given both.`, `Leave --${key} out.`);
  }
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return { ...place, ...given };
}

/** Page by page, until there are enough. */
async function readSnapshots(
  api: Api,
  filter: Filter,
  most: number,
): Promise<{ snapshots: SnapshotView[]; more: boolean }> {
  const snapshots: SnapshotView[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE_MAX, most - snapshots.length);
    const page = await api.snapshot.list.query({ ...filter, limit, cursor });
    snapshots.push(...page.snapshots);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && snapshots.length < most);
  return { snapshots, more: cursor !== undefined };
}
