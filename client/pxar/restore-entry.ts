import { splitPath } from './byte-text.ts';
import type { MissingFile } from './postponed.ts';
import { isDirectory, type PxarEntry } from './pxar-node.ts';
import type { PxarReader } from './pxar-reader.ts';
import { type ReplayOptions, replay } from './replay.ts';
import type { RestoreJob } from './restore-context.ts';
import type { RestoreTotals } from './restore-report.ts';
import { RestoreTree } from './restore-tree.ts';

/**
 * Restores one entry of an archive with all that is below it: a directory into the target, or with `as:
 * 'entry'` under its own name into it. Files outside of the entry that hardlinks inside it name are copied.
 * Errors: those of the reader and of `RestoreTree`.
 */
export async function restoreEntry(
  reader: PxarReader,
  entry: PxarEntry,
  job: RestoreJob,
  options: Pick<ReplayOptions, 'as' | 'signal'> = {},
): Promise<RestoreTotals> {
  const isRoot = isDirectory(entry) && options.as !== 'entry';
  const basePath = isRoot ? entry.path : splitPath(entry.path).directory;
  const tree = new RestoreTree({ ...job, options: { ...job.options, basePath } });
  try {
    await replay(reader, entry, tree, options);
    for (const missing of tree.missingFiles()) await fillIn(reader, tree, missing);
    return tree.finish();
  } finally {
    tree.close();
  }
}

async function fillIn(reader: PxarReader, tree: RestoreTree, missing: MissingFile): Promise<void> {
  const file = await reader.fileAt(missing.position, missing.path);
  tree.startMissing(missing, file.metadata);
  for await (const bytes of reader.content(file)) tree.fileData(bytes);
  tree.endMissing(missing);
}
