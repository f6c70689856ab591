import { KEEP_RULES } from '#domain/retention.ts';
import { cn } from '../../ui/class-names.ts';
import { CELL_LOOKS } from './cell-looks.ts';
import { type CellLook, LETTERS } from './prepare-calendar.ts';

const LOOKS: readonly CellLook[] = [...KEEP_RULES, 'protected', 'unfinished', 'remove'];

/** What letters and borders of the calendar mean. */
export function Legend({ compares, hasRules }: { compares: boolean; hasRules: boolean }) {
  const looks = hasRules ? LOOKS : (['all', ...LOOKS] as const);
  return (
    <ul aria-label="Legend" className="flex flex-wrap gap-x-4 gap-y-1.5 text-small text-muted">
      {looks.map((look) => (
        <li key={look} className="flex items-center gap-1.5">
          <Sample className={CELL_LOOKS[look]}>{LETTERS[look].letter}</Sample>
          {LETTERS[look].words}
        </li>
      ))}
      {compares && (
        <li className="flex items-center gap-1.5">
          <Sample className="ring-2 ring-text" />
          the other policy decides otherwise
        </li>
      )}
      <li>
        A number behind the letter: so many snapshots on that day, of which the newest that stays is shown.
      </li>
    </ul>
  );
}

function Sample({ className, children }: { className: string; children?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        'flex size-5 shrink-0 items-center justify-center rounded-xs border font-semibold',
        className,
      )}
    >
      {children}
    </span>
  );
}
