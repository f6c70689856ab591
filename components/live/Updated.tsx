'use client';

import { UpdatedAgo } from '../ui/UpdatedAgo.tsx';
import { useLive } from './LiveProvider.tsx';

/** How old the answer is, whether the stream flows, and the button that holds the page still. */
export function Updated({ at }: { at: number }) {
  const { reconnecting, paused, setPaused } = useLive();
  return (
    <UpdatedAgo
      at={at === 0 ? null : at}
      paused={paused}
      onPausedChange={setPaused}
      reconnecting={reconnecting}
    />
  );
}
