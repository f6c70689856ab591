import { countOf, formatBytes } from '#domain/units.ts';
import { defineCommand } from '../../command.ts';
import type { Api, TrashPage } from '../../connect/api.ts';
import { argument, flag, text, wholeNumber } from '../../values.ts';
import { parsePlace } from '../parse-place.ts';
import { itemColumns, shownItem } from './trash-items.ts';

const LIMIT = 100;
const PAGE_MAX = 1000;

export const command = defineCommand({
  about:
    'Forgotten and pruned snapshots, what was removed last first. They can be restored until a garbage collection\n' +
    'removes them, which it does once they have been there for the days that the datastore is set to.',
  examples: [
    'ironcore-backup trash list ibs-primary',
    'ironcore-backup trash list ibs-primary:vm/12345 --all',
    'ironcore-backup trash list ibs-primary --search vm/12',
  ],
  arguments: {
    where: argument('<where>', 'datastore, datastore:namespace or datastore:namespace/type/id', {
      complete: 'datastore',
    }),
  },
  options: {
    search: text('--search <text>', 'Only groups whose name contains it, such as production/vm/12'),
    limit: wholeNumber('--limit <n>', `At most so many (default: ${LIMIT})`),
    all: flag('--all', 'All of them'),
  },
  async run(context, { where, search, limit, all }) {
    const { datastore = '', ...filter } = parsePlace(where);
    const most = all ? Number.POSITIVE_INFINITY : (limit ?? LIMIT);
    const page = await readPages(await context.api(), { datastore, ...filter, search }, most);
    const { print } = context;
    const isWhole = search === undefined && where === datastore;
    const empty = isWhole ? emptyWords(page) : 'Nothing of that lies in the trash.';
    await print.list(page.items.map(shownItem), itemColumns(print.cells), empty);
    if (page.items.length > 0) print.say(summary(page));
  },
});

function emptyWords({ trashDays }: TrashPage): string {
  return trashDays > 0 ? 'The trash is empty.' : 'The trash is empty, and switched off.';
}

type Filter = Parameters<Api['trash']['list']['query']>[0];

async function readPages(api: Api, filter: Filter, most: number): Promise<TrashPage> {
  const items: TrashPage['items'] = [];
  for (;;) {
    const limit = Math.min(PAGE_MAX, most - items.length);
    const page = await api.trash.list.query({ ...filter, offset: items.length, limit });
    items.push(...page.items);
    if (page.items.length < limit || items.length >= most) return { ...page, items };
  }
}

function summary({ items, total, totalBytes, trashBytes, trashBytesAt }: TrashPage): string {
  const shown = items.length < total ? `The ${items.length} that were removed last of ` : '';
  const frees =
    trashBytes === null || trashBytesAt === null
      ? ''
      : ` Emptying all of it frees ${formatBytes(trashBytes)}, as of ${trashBytesAt.toISOString().slice(0, 10)}.`;
  return `${shown}${countOf(total, 'snapshot')}, ${formatBytes(totalBytes)} of backups.${frees}`;
}
