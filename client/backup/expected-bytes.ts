import type { Manifest } from '#engine/hierarchy/manifest.ts';
import { type BackupSource, imageSize } from './sources.ts';

/** How much there is to read, as far as it is known before. */
export interface Expected {
  knownBytes: number;
  /** Directories of which nobody knows. */
  unknown: string[];
}

/** A directory is expected to be as large as the last time. */
export function expectedBytes(sources: readonly BackupSource[], previous: Manifest | null): Expected {
  const expected: Expected = { knownBytes: 0, unknown: [] };
  for (const source of sources) {
    const last = previous?.files.find((file) => file.name === source.name)?.sizeBytes;
    if (source.kind === 'image') expected.knownBytes += imageSize(source.path);
    else if (source.kind === 'tree' && last === undefined) expected.unknown.push(source.path);
    else if (source.kind === 'tree') expected.knownBytes += last ?? 0;
  }
  return expected;
}
