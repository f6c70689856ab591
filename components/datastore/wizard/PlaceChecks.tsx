import { Check, TriangleAlert, X } from 'lucide-react';
import { contentFacts, PLACE_CHECKS, type PlaceCheck, type PlaceContent } from '#domain/place-report.ts';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/class-names.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { type KeyValue, KeyValueList } from '../../ui/KeyValueList.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import type { PlaceLook } from './use-place-report.ts';

const OUTCOMES = {
  ok: { icon: Check, tone: 'text-ok', word: 'passed' },
  warning: { icon: TriangleAlert, tone: 'text-warn', word: 'warning' },
  override: { icon: TriangleAlert, tone: 'text-warn', word: 'needs a reason' },
  blocked: { icon: X, tone: 'text-err', word: 'refused' },
} as const;

/** What the server found at the path, check by check. */
export function PlaceChecks({ look }: { look: PlaceLook }) {
  const { report, looking, error, lookAgain } = look;
  if (error)
    return <ErrorBanner title="The directory could not be looked at" error={error} onRetry={lookAgain} />;
  if (!report && !looking) return null;
  return (
    <section aria-label="Checks of the directory" className="grid gap-2 rounded-lg border">
      <header className="flex min-h-9 items-center gap-2 border-b bg-surface px-4 text-table">
        <h3 className="font-medium">Checks</h3>
        <p role="status" className="text-muted">
          {report ? summaryOf(report.checks) : 'The server looks at the directory …'}
        </p>
        {looking ? (
          <Spinner className="ml-auto size-3.5 text-muted" />
        ) : (
          <Button size="small" variant="ghost" onClick={lookAgain} className="ml-auto">
            Check again
          </Button>
        )}
      </header>
      <ul className="grid px-4 pb-2">
        {report
          ? report.checks.map((check) => <CheckLine key={check.id} check={check} />)
          : Object.keys(PLACE_CHECKS).map((id) => (
              <li key={id} className="flex min-h-8 items-center gap-2.5">
                <Skeleton className="size-4 rounded-full" />
                <Skeleton className="h-3 w-64" />
              </li>
            ))}
      </ul>
      {report?.content && (
        <div className="border-t px-4 py-1">
          <h4 className="sr-only">What the datastore there holds</h4>
          <KeyValueList entries={foundEntries(report.content)} />
        </div>
      )}
    </section>
  );
}

export function foundEntries(content: PlaceContent): KeyValue[] {
  return contentFacts(content).map(({ label, text }) => ({ label, value: text }));
}

function CheckLine({ check }: { check: PlaceCheck }) {
  const { icon: Icon, tone, word } = OUTCOMES[check.outcome];
  return (
    <li className="flex gap-2.5 py-1.5 text-table">
      <Icon aria-hidden="true" className={cn('mt-0.5 size-4 shrink-0', tone)} />
      <span className="sr-only">{word}: </span>
      <span className="grid min-w-0 gap-x-3 sm:flex">
        <span className="shrink-0 font-medium sm:w-44">{PLACE_CHECKS[check.id]}</span>
        <span className={cn('min-w-0 wrap-anywhere text-muted', check.outcome === 'blocked' && 'text-err')}>
          {check.text}
        </span>
      </span>
    </li>
  );
}

function summaryOf(checks: readonly PlaceCheck[]): string {
  const count = (outcome: PlaceCheck['outcome']) =>
    checks.filter((check) => check.outcome === outcome).length;
  const parts = [
    [count('blocked'), 'refused'],
    [count('override'), 'needs a reason'],
    [count('warning'), count('warning') === 1 ? 'warning' : 'warnings'],
    [count('ok'), 'passed'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}
