import { parseArgs } from 'node:util';

/** What backups and restores cost. */
const BACKUP_PARTS = ['rates', 'store', 'image', 'tree', 'parallel'] as const;
/** What a server does for itself. */
const UPKEEP_PARTS = ['plan', 'gc', 'verify', 'maintenance'] as const;
export const PARTS = [...BACKUP_PARTS, ...UPKEEP_PARTS] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** A tenth of the data and one round: for trying the benchmark, not for figures. */
  quick: boolean;
  /** Leave the page cache as it is. */
  warm: boolean;
  parts: readonly Part[];
  rounds: number;
  /** Everything that was measured, for programs. */
  json: string | null;
}

const HELP = `Measures Ironcore Backup beside restic and borg, on data that it makes itself.

  npm run bench -- [options]

  --quick        a tenth of the data, one round: to try the benchmark, not for figures
  --only NAME    ${PARTS.join(', ')};
                 may be given several times
  --rounds N     how often everything is repeated (3)
  --warm         do not empty the page cache before each measurement
  --json FILE    write everything that was measured into FILE

Ctrl-C ends it, removes everything and prints what was measured until then.
`;

/** Null when only help was asked for. */
export function readOptions(words: string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: words,
    options: {
      quick: { type: 'boolean', default: false },
      warm: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return null;
  }
  const only = values.only ?? [];
  const unknown = only.find((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown) throw new Error(`There is no part "${unknown}". There are ${PARTS.join(', ')}.`);
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a number from 1.');
  return {
    quick: values.quick,
    warm: values.warm,
    parts: only.length > 0 ? PARTS.filter((part) => only.includes(part)) : PARTS,
    rounds,
    json: values.json ?? null,
  };
}

export function wantsBackups({ parts }: BenchOptions): boolean {
  return BACKUP_PARTS.some((part) => parts.includes(part));
}
