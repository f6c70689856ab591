'use client';

import { Pause, Play, WifiOff } from 'lucide-react';
import { formatRelative } from '#domain/units.ts';
import { IconButton } from './IconButton.tsx';
import { useNow } from './time/TimeProvider.tsx';

interface UpdatedAgoProps {
  /** When the data came, ms since 1970; null before the first answer. */
  at: number | null;
  paused: boolean;
  onPausedChange: (paused: boolean) => void;
  /** The live stream is gone and the page asks again every few seconds. */
  reconnecting?: boolean;
}

/** How old what you see is, and the button that holds it still. */
export function UpdatedAgo({ at, paused, onPausedChange, reconnecting = false }: UpdatedAgoProps) {
  const now = useNow();
  const age = at === null ? 'Loading' : `Updated ${formatRelative(at, Math.max(now, at))}`;
  return (
    <div className="flex items-center gap-1 text-table whitespace-nowrap text-muted">
      {reconnecting && (
        <span role="status" className="flex items-center gap-1.5 text-warn">
          <WifiOff aria-hidden="true" className="size-3.5" />
          Reconnecting
        </span>
      )}
      <span>{paused ? `Paused · ${age.toLowerCase()}` : age}</span>
      <IconButton
        size="small"
        label={paused ? 'Resume updates' : 'Pause updates'}
        icon={paused ? <Play /> : <Pause />}
        onClick={() => onPausedChange(!paused)}
      />
    </div>
  );
}
