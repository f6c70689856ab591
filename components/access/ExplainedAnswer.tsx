import { passedText, stepText } from '#domain/explain-access.ts';
import type { Explanation } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { cn } from '../ui/class-names.ts';

/** Yes or no with the reason, and the way from `/` down with every entry on it. */
export function ExplainedAnswer({ explanation }: { explanation: Explanation }) {
  const { active, privileges, answer, principal } = explanation;
  return (
    <div className="grid gap-4" aria-live="polite">
      {answer ? (
        <div className="grid gap-1">
          <p className={cn('text-heading font-semibold', answer.allowed ? 'text-ok' : 'text-err')}>
            {answer.allowed ? 'Yes' : 'No'}
          </p>
          {answer.because.map((reason) => (
            <p key={reason} className="wrap-anywhere">
              {reason}
            </p>
          ))}
        </div>
      ) : (
        <div className="flex flex-wrap items-center gap-1.5">
          {!active && <p>{principal} is disabled or has expired, and may do nothing.</p>}
          {active && privileges.length === 0 && <p>May do nothing there.</p>}
          {privileges.map((privilege) => (
            <Badge key={privilege}>{privilege}</Badge>
          ))}
        </div>
      )}
      {explanation.walks.map((walk) => (
        <Walk key={walk.principal} walk={walk} />
      ))}
    </div>
  );
}

function Walk({ walk: { principal, steps, deciding } }: { walk: Explanation['walks'][number] }) {
  return (
    <section className="grid gap-1">
      <h3 className="font-medium">{principal}</h3>
      <ol className="rounded-md border text-table">
        {steps.map((step) => (
          <li
            key={step.path}
            className={cn(
              'grid gap-x-4 px-3 py-1.5 not-last:border-b sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]',
              step.counts.length === 0 && 'text-muted',
            )}
          >
            <span className="font-mono text-small wrap-anywhere">{step.path}</span>
            <span className="min-w-0">
              {stepText(step)}
              {step.path === deciding && <strong className="font-semibold"> · decides</strong>}
              {step.passed.map((passed) => (
                <span key={passedText(passed)} className="block text-muted">
                  {passedText(passed)}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
