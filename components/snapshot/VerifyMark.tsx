import type { ReactNode } from 'react';
import { type VerifyState, verifyStateOf } from '#domain/snapshot.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { cn } from '../ui/class-names.ts';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import type { Glyph, StatusTone } from '../ui/status-looks.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { unfinishedReason } from './snapshot-words.ts';

const LOOKS: Record<VerifyState, { word: string; glyph: Glyph; tone: StatusTone }> = {
  ok: { word: 'Verified', glyph: 'check', tone: 'ok' },
  failed: { word: 'Failed', glyph: 'cross', tone: 'err' },
  never: { word: 'Never', glyph: 'ring', tone: 'muted' },
};

/** Whether its bytes were whole when they were last read, and when that was. */
export function VerifyMark({ snapshot }: { snapshot: SnapshotView }) {
  const state = verifyStateOf(snapshot);
  if (state === null) return <Unknown reason={unfinishedReason(snapshot)} />;
  const { word, glyph, tone } = LOOKS[state];
  const at = snapshot.verifyState === null ? null : snapshot.verifiedAt;
  return (
    <Line glyph={glyph} tone={tone}>
      {word}
      {at && (
        <span className="text-muted">
          {' '}
          <RelativeTime at={at.getTime()} />
        </span>
      )}
    </Line>
  );
}

function Line({ glyph, tone, children }: { glyph: Glyph; tone: StatusTone; children: ReactNode }) {
  return (
    <span
      className={cn(
        'inline-flex items-baseline gap-1.5 whitespace-nowrap',
        tone === 'err' && 'font-medium text-err',
        tone === 'muted' && 'text-muted',
      )}
    >
      <StatusGlyph glyph={glyph} tone={tone} className="translate-y-px" />
      <span>{children}</span>
    </span>
  );
}
