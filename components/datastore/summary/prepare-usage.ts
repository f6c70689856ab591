import { usedShare } from '#domain/usage.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';

export type UsagePart = 'chunks' | 'trash' | 'other' | 'free' | 'reserved';

export interface Usage {
  parts: { id: UsagePart; label: string; bytes: number }[];
  usedShare: number;
  sizeBytes: number;
}

type Facts = Pick<
  DatastoreDetail,
  'totalBytes' | 'usedBytes' | 'availableBytes' | 'chunkBytes' | 'trashBytes'
>;

/** What fills the filesystem; null while its size is not known. */
export function prepareUsage({
  totalBytes,
  usedBytes,
  availableBytes,
  chunkBytes,
  trashBytes,
}: Facts): Usage | null {
  if (!totalBytes || usedBytes === null) return null;
  const free = availableBytes ?? Math.max(totalBytes - usedBytes, 0);
  // A filesystem keeps some space for root: neither used nor free for a datastore.
  const reserved = Math.max(totalBytes - usedBytes - free, 0);
  return {
    sizeBytes: totalBytes,
    usedShare: usedShare({ usedBytes, availableBytes: free }) ?? 0,
    parts: [
      ...usedParts(usedBytes, chunkBytes, trashBytes ?? 0),
      ...(reserved > 0
        ? [{ id: 'reserved' as const, label: 'Reserved by the filesystem', bytes: reserved }]
        : []),
      { id: 'free', label: 'Free', bytes: free },
    ],
  };
}

function usedParts(usedBytes: number, chunkBytes: number | null, trashBytes: number): Usage['parts'] {
  if (chunkBytes === null) return [{ id: 'other', label: 'Used; chunks are not counted', bytes: usedBytes }];
  const chunks = Math.min(chunkBytes, usedBytes);
  const trash = Math.min(trashBytes, chunks);
  return [
    { id: 'chunks', label: 'Chunks of this datastore', bytes: chunks - trash },
    ...(trash > 0 ? [{ id: 'trash' as const, label: 'Chunks that only the trash needs', bytes: trash }] : []),
    { id: 'other', label: 'Indexes and other files', bytes: usedBytes - chunks },
  ];
}
