import { formatBytes } from '#domain/units.ts';
import type { TrashPage } from '../../trpc/views.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { forDays, sumWords } from './trash-words.ts';

interface TrashSumsProps {
  page: TrashPage;
  /** The sums are of what the filter lets through, and the freed space is of everything. */
  isFiltered: boolean;
}

/** What it comes to, what emptying frees and as of when, and how long things stay. */
export function TrashSums({ page, isFiltered }: TrashSumsProps) {
  const { trashBytes, trashBytesAt, trashDays } = page;
  return (
    <p>
      {sumWords(page)}{' '}
      {!isFiltered && trashBytes !== null && trashBytesAt && (
        <>
          Emptying it frees {formatBytes(trashBytes)}, as of the garbage collection{' '}
          <RelativeTime at={trashBytesAt.getTime()} />.{' '}
        </>
      )}
      {!isFiltered &&
        trashBytes === null &&
        'What emptying it frees is known after the next garbage collection. '}
      {trashDays === 0
        ? 'The trash is off: what still lies here goes with the next garbage collection, and what is removed now goes at once.'
        : `Snapshots stay ${forDays(trashDays)}, then the next garbage collection removes them.`}
    </p>
  );
}
