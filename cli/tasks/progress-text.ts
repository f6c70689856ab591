import type { TaskProgress } from '#domain/task.ts';
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate } from '#domain/units.ts';
import { plainSpaces } from '../print/visible-text.ts';

/**
 * What a running task is at, the most telling part first, since a narrow terminal shows only what fits:
 * `Chunks`, `18 %`, `about 5 s left`, `12 345 of 65 536 directories`, `9 800/s`.
 */
export function progressParts(progress: TaskProgress | null, state: string): string[] {
  if (!progress) return [state === 'queued' ? 'waiting for the storage worker' : 'starting'];
  const { phase, done, total } = progress;
  const share = done !== undefined && total ? formatPercent(Math.min(done / total, 1)) : '';
  const parts = [phase, share, leftText(progress), countText(progress), rateText(progress)];
  return parts.filter((part) => part !== '').map(plainSpaces);
}

/** How long it usually takes, behind all of this; nothing where nothing is usual. */
export function usualParts(usualMs: number | null): string[] {
  return usualMs === null ? [] : [plainSpaces(`usually ${formatDuration(usualMs)}`)];
}

function countText({ done, total, unit }: TaskProgress): string {
  if (done === undefined) return '';
  const format = unit === 'bytes' ? formatBytes : formatCount;
  const count = total === undefined ? format(done) : `${format(done)} of ${format(total)}`;
  return unit === undefined || unit === 'bytes' || unit === 'steps' ? count : `${count} ${unit}`;
}

function rateText({ rate, unit }: TaskProgress): string {
  if (rate === undefined || rate <= 0) return '';
  if (unit === 'bytes') return formatRate(rate);
  return `${rate >= 10 ? formatCount(Math.round(rate)) : rate.toFixed(1)}/s`;
}

function leftText({ leftMs }: TaskProgress): string {
  if (leftMs === undefined || !Number.isFinite(leftMs) || leftMs < 0) return '';
  return `about ${formatDuration(Math.max(Math.round(leftMs / 1000), 1) * 1000).replace('.0', '')} left`;
}
