import type { ReactNode } from 'react';
import { type VerifyState, verifyStateOf } from '#domain/snapshot.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { cn } from '../ui/class-names.ts';
import { Hint } from '../ui/Hint.tsx';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import type { Glyph, StatusTone } from '../ui/status-looks.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { unfinishedReason } from './snapshot-words.ts';

const LOOKS: Record<VerifyState, { word: string; glyph: Glyph; tone: StatusTone; className?: string }> = {
  ok: { word: 'Verified', glyph: 'check', tone: 'ok' },
  failed: { word: 'Damaged', glyph: 'cross', tone: 'err', className: 'font-medium text-err' },
  never: { word: 'Never verified', glyph: 'ring', tone: 'muted', className: 'text-muted' },
};

interface VerifyMarkProps {
  snapshot: SnapshotView;
  /** Below a head that says "Verified": without that word. */
  inColumn?: boolean;
}

/** Whether its bytes were whole when they were last read, and when that was. */
export function VerifyMark({ snapshot, inColumn = false }: VerifyMarkProps) {
  const state = verifyStateOf(snapshot);
  if (state === null) return <Unknown reason={unfinishedReason(snapshot)} />;
  const { word, glyph, tone, className } = LOOKS[state];
  const at = snapshot.verifyState === null ? null : snapshot.verifiedAt;
  return (
    <span className={cn('inline-flex items-baseline gap-1.5 whitespace-nowrap', className)}>
      <StatusGlyph glyph={glyph} tone={tone} className="translate-y-px" />
      <Word damage={snapshot.damage}>{inColumn ? columnWord(state, at) : word}</Word>
      {at && (
        <span className="font-normal text-muted">
          <RelativeTime at={at.getTime()} />
        </span>
      )}
    </span>
  );
}

/** The age says enough of a sound one; where that is not known, a word must. */
function columnWord(state: VerifyState, at: Date | null): ReactNode {
  switch (state) {
    case 'ok':
      return at ? <span className="sr-only">Verified</span> : 'Some time ago';
    case 'failed':
      return 'Damaged';
    case 'never':
      return 'Never';
  }
}

function Word({ damage, children }: { damage: string | null; children: ReactNode }) {
  return damage === null ? children : <Hint content={damage}>{children}</Hint>;
}
