import type { DatastoreStatus } from '#domain/datastore.ts';
import type { TaskState } from '#domain/task.ts';
import { cn } from './class-names.ts';
import { Hint } from './Hint.tsx';
import { StatusGlyph } from './StatusGlyph.tsx';
import { DATASTORE_LOOKS, type StatusLook, TASK_LOOKS } from './status-looks.ts';
import { RelativeTime } from './time/RelativeTime.tsx';

interface Story {
  /** Since when, ms since 1970. */
  since?: number;
  /** Why, in one sentence; for the tooltip. */
  reason?: string;
}

export function DatastoreStatusBadge({ status, ...story }: { status: DatastoreStatus } & Story) {
  return <StatusBadge look={DATASTORE_LOOKS[status]} {...story} />;
}

export function TaskStateBadge({ state, ...story }: { state: TaskState } & Story) {
  return <StatusBadge look={TASK_LOOKS[state]} {...story} />;
}

/** Shape + word + colour, then since when; the reason on hover and focus. */
function StatusBadge({ look, since, reason }: { look: StatusLook } & Story) {
  const loud = look.tone === 'err' || look.tone === 'warn';
  const badge = (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StatusGlyph glyph={look.glyph} tone={look.tone} />
      <span
        className={cn('font-medium', look.tone === 'err' && 'text-err', look.tone === 'warn' && 'text-warn')}
      >
        {look.word}
      </span>
    </span>
  );
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      {reason ? (
        <Hint content={reason} className="inline-flex">
          {badge}
        </Hint>
      ) : (
        badge
      )}
      {since !== undefined && (
        <span className={cn('text-muted', loud && 'text-text')}>
          <RelativeTime at={since} />
        </span>
      )}
    </span>
  );
}
