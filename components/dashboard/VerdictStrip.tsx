'use client';

import Link from 'next/link';
import { useState } from 'react';
import { findNeeds, type Need, verdictWords } from '#domain/health.ts';
import type { Overview } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { cn } from '../ui/class-names.ts';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import type { Glyph, StatusTone } from '../ui/status-looks.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { needHref } from './dashboard-words.ts';
import { failedCount } from './prepare-activity.ts';
import { useWorkers } from './use-overview.ts';

const SHOWN_MAX = 5;

const LOOKS: Record<'well' | Need['severity'], { glyph: Glyph; tone: StatusTone; box: string }> = {
  well: { glyph: 'check', tone: 'ok', box: 'border-ok/40 bg-ok/6' },
  warn: { glyph: 'triangle', tone: 'warn', box: 'border-warn/40 bg-warn/6' },
  bad: { glyph: 'cross', tone: 'err', box: 'border-err/40 bg-err/6' },
};
const SEVERITY_WORDS: Record<Need['severity'], string> = { bad: 'Urgent', warn: 'Warning' };

/** Whether all is well, in one sentence; otherwise what needs somebody, worst first. */
export function VerdictStrip({ overview }: { overview: Overview }) {
  const now = useNow();
  const workers = useWorkers();
  const needs = findNeeds({ ...overview, workers, now });
  const { glyph, tone, box } = LOOKS[needs[0]?.severity ?? 'well'];
  const words = verdictWords(needs.length, overview.datastores, failedCount(overview.activity));
  return (
    <section className={cn('grid min-w-0 gap-2 rounded-lg border px-4 py-3', box)}>
      <h2 className="flex min-w-0 items-baseline gap-2.5 font-semibold">
        <StatusGlyph glyph={glyph} tone={tone} className="translate-y-px" />
        <span role="status" className="min-w-0 wrap-anywhere">
          {words}
        </span>
      </h2>
      {needs.length > 0 && <NeedList needs={needs} />}
    </section>
  );
}

function NeedList({ needs }: { needs: readonly Need[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? needs : needs.slice(0, SHOWN_MAX);
  return (
    <>
      <ul className="grid min-w-0">
        {shown.map((need) => (
          <NeedLine key={`${need.title} ${need.at}`} need={need} />
        ))}
      </ul>
      {needs.length > SHOWN_MAX && (
        <Button
          size="small"
          className="justify-self-start"
          aria-expanded={all}
          onClick={() => setAll((open) => !open)}
        >
          {all ? 'Show fewer' : `Show all ${needs.length}`}
        </Button>
      )}
    </>
  );
}

function NeedLine({ need }: { need: Need }) {
  const { glyph, tone } = LOOKS[need.severity];
  return (
    <li className="grid min-w-0 grid-cols-[12px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 border-t py-1.5 text-table">
      <StatusGlyph glyph={glyph} tone={tone} className="translate-y-px" />
      <p className="min-w-0 wrap-anywhere">
        <span className="sr-only">{SEVERITY_WORDS[need.severity]}: </span>
        <Link
          href={needHref(need.subject)}
          className="font-medium underline underline-offset-2 hover:text-accent"
        >
          {need.title}
        </Link>{' '}
        <span className="text-muted">{need.detail}</span>
      </p>
      {need.at !== null && (
        <span className="text-muted">
          <RelativeTime at={need.at} />
        </span>
      )}
    </li>
  );
}
