import type { TaskView } from '../trpc/views.ts';
import { cn } from '../ui/class-names.ts';
import { Progress } from '../ui/Progress.tsx';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import type { Glyph, StatusTone } from '../ui/status-looks.ts';
import { prepareSteps, type ShownStep } from './prepare-steps.ts';

const LOOKS: Record<ShownStep['state'], { glyph: Glyph; tone: StatusTone; word: string }> = {
  waiting: { glyph: 'dotted-ring', tone: 'muted', word: 'waits' },
  running: { glyph: 'arc', tone: 'info', word: 'running' },
  done: { glyph: 'check', tone: 'ok', word: 'done' },
  failed: { glyph: 'cross', tone: 'err', word: 'failed' },
  cancelled: { glyph: 'slashed-ring', tone: 'muted', word: 'cancelled' },
};

/** The steps of a task, with the progress of the one that runs. */
export function TaskSteps({ task }: { task: TaskView }) {
  const steps = prepareSteps(task);
  return (
    <ol className="grid gap-1">
      {steps.map(({ title, state }) => {
        const { glyph, tone, word } = LOOKS[state];
        return (
          <li key={title} className="grid grid-cols-[20px_minmax(0,1fr)] items-start gap-x-2 py-1">
            <StatusGlyph glyph={glyph} tone={tone} className="mt-1 size-3.5" />
            <div className="grid min-w-0 gap-1.5">
              <p className={cn(state === 'waiting' && 'text-muted', state === 'failed' && 'text-err')}>
                {title}
                <span className="sr-only">, {word}</span>
              </p>
              {state === 'running' && task.progress?.total !== undefined && (
                <Progress progress={task.progress} label={title} className="max-w-120" />
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
