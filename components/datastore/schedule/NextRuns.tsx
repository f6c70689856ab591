import { wallText } from '#domain/schedule.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';

interface NextRunsProps {
  /** Ms since 1970, the next one first. */
  times: readonly number[];
  /** Schedules run in it, whatever zone the reader has chosen. */
  zone: string;
}

export function NextRuns({ times, zone }: NextRunsProps) {
  if (times.length === 0) return null;
  return (
    <div className="grid gap-1 text-table">
      <p className="text-small text-muted">Next runs, in {zone}</p>
      <ol className="grid gap-0.5">
        {times.map((at) => (
          <li key={at} className="flex gap-4">
            <time dateTime={new Date(at).toISOString()} className="whitespace-nowrap">
              {weekday(at, zone)} {wallText(at, zone)}
            </time>
            <span className="text-muted">
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function weekday(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: zone }).format(at);
}
