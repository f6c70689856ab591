import type { TaskProgress } from '#domain/task.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from '#domain/units.ts';

/** `Mark · 604 / 1 160 indexes · 120 indexes/min · about 12 min left`; what is unknown is left out. */
export function progressWords(progress: TaskProgress): string {
  const { phase, leftMs } = progress;
  const left = leftMs === undefined ? undefined : `about ${leftWords(leftMs)} left`;
  return [phase, amountWords(progress), rateWords(progress), left].filter(Boolean).join(' · ');
}

/** Between 0 and 1, or null when there is no end to measure against yet. */
export function progressShare({ done, total }: TaskProgress): number | null {
  if (done === undefined || total === undefined || total <= 0) return null;
  return Math.min(1, Math.max(0, done / total));
}

function amountWords({ done, total, unit }: TaskProgress): string | undefined {
  if (done === undefined) return undefined;
  if (unit === 'bytes')
    return total === undefined ? formatBytes(done) : `${formatBytes(done)} / ${formatBytes(total)}`;
  const amount = total === undefined ? formatCount(done) : `${formatCount(done)} / ${formatCount(total)}`;
  return unit ? `${amount} ${unit}` : amount;
}

function rateWords({ rate, unit }: TaskProgress): string | undefined {
  if (rate === undefined || !unit || unit === 'steps') return undefined;
  if (unit === 'bytes') return formatRate(rate);
  return rate >= 10
    ? `${formatCount(Math.round(rate))} ${unit}/s`
    : `${formatCount(Math.round(rate * 60))} ${unit}/min`;
}

/** A guess does not need seconds: whole minutes above one, ten-second steps below. */
function leftWords(ms: number): string {
  if (ms >= 60_000) return formatDuration(Math.round(ms / 60_000) * 60_000);
  return `${Math.max(10, Math.round(ms / 10_000) * 10)}\u00a0s`;
}
