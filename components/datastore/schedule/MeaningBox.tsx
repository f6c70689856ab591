import type { ReactNode } from 'react';
import type { ScheduleMeaning } from '#domain/schedule.ts';
import { cn } from '../../ui/class-names.ts';
import { NextRuns } from './NextRuns.tsx';
import { Note } from './ScheduleCard.tsx';

interface MeaningBoxProps {
  /** Null for what cannot be read. */
  meaning: ScheduleMeaning | null;
  /** With which other job it would start in the same minute. */
  clashes: readonly string[];
  className?: string;
  /** What else follows from it. */
  children?: ReactNode;
}

/** What is typed, in words and times; keeps its height meanwhile. */
export function MeaningBox({ meaning, clashes, className, children }: MeaningBoxProps) {
  return (
    <div
      aria-live="polite"
      className={cn('grid content-start gap-2 rounded-md border bg-surface p-3', className)}
    >
      {meaning ? (
        <>
          <p className="font-medium">{meaning.words}</p>
          {children}
          {clashes.map((words) => (
            <Note key={words}>{words}</Note>
          ))}
          <NextRuns times={meaning.next} zone={meaning.zone} />
        </>
      ) : (
        <p className="text-muted">It cannot be read yet.</p>
      )}
    </div>
  );
}
