import { defineCommand } from '../../command.ts';
import { flag } from '../../values.ts';
import { auditFilter } from './audit-filter.ts';

export const command = defineCommand({
  about:
    'Prints rows in the order of the chain, one JSON object a line, with all that their hashes cover. ' +
    'Without a filter, audit verify --file can check them anywhere.',
  examples: [
    'ironcore-backup audit export --jsonl',
    'ironcore-backup audit export --since 7d --result refused',
  ],
  options: { jsonl: flag('--jsonl', 'One JSON object a line; there is no other format'), ...auditFilter },
  async run({ api, terminal, signal }, { jsonl: _, ...filter }) {
    const client = await api();
    for (let after: number | null = 0; after !== null; ) {
      signal.throwIfAborted();
      const page: Awaited<ReturnType<typeof client.audit.export.query>> = await client.audit.export.query({
        ...filter,
        after,
      });
      if (page.rows.length > 0)
        await terminal.out(page.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      after = page.after;
    }
  },
});
