import type { TaskProgress } from '#domain/task.ts';
import { cn } from './class-names.ts';
import { progressShare, progressWords } from './progress-words.ts';

interface ProgressProps {
  progress: TaskProgress;
  /** Names the bar for screen readers: "Verification of ibs-primary". */
  label: string;
  className?: string;
}

/** Phase, unit, rate and time left above a bar; the bar has no length only until the first number. */
export function Progress({ progress, label, className }: ProgressProps) {
  const share = progressShare(progress);
  const words = progressWords(progress);
  return (
    <div className={cn('grid min-w-0 gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3 text-small">
        <span className="min-w-0 text-muted">{words}</span>
        {share !== null && <span className="font-medium">{Math.floor(share * 100)}&nbsp;%</span>}
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuetext={words}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === null ? undefined : Math.floor(share * 100)}
        className="h-1.5 overflow-hidden rounded-full bg-selected"
      >
        <div
          style={{ width: share === null ? '25%' : `${share * 100}%` }}
          className={cn('h-full rounded-full bg-info', share === null && 'animate-slide')}
        />
      </div>
    </div>
  );
}
