import { CHUNK_DIRECTORIES } from '../chunks/chunk-key.ts';
import type { Datastore } from '../datastore.ts';
import { type SweepOptions, type Swept, sweep } from './sweep.ts';
import { type Amount, afterRemoval, type SweepCounts } from './sweep-counts.ts';

interface CountedOptions extends SweepOptions {
  over: AbortSignal | null;
  /** Hears how many chunk directories were counted, before any is looked at to remove something. */
  counted: (directories: number) => void;
  /** Hears what would go; throws when that must not be. */
  agree: (planned: SweepCounts) => Promise<void>;
}

/**
 * A sweep whose end is known before its beginning: one pass counts what would go and removes nothing, the second removes
 * it, and looks only into the directories that hold some of it. So a limit is kept before the first removal, and one that
 * is over early still knows what all came to. Being over in the first pass throws the reason of `over`.
 */
export async function countedSweep(
  store: Datastore,
  options: CountedOptions,
): Promise<Swept & { left: Amount }> {
  const { signal, over, counted } = options;
  const noted = new SharedArrayBuffer(CHUNK_DIRECTORIES);
  const { counts: planned } = await sweep(store, {
    ...{ ...options, noted, dryRun: true, report: counted, over: null },
    signal: over ? AbortSignal.any([signal, over]) : signal,
  });
  await options.agree(planned);
  const { counts: done, isWhole } = await sweep(store, { ...options, noted, sizes: false });
  return { ...afterRemoval(planned, done, { isWhole }), isWhole };
}
