'use client';

import { formatRelative } from '#domain/units.ts';
import { Hint } from '../Hint.tsx';
import { Unknown } from '../Unknown.tsx';
import { formatAbsolute, UTC } from './absolute-time.ts';
import { useNow, useZone } from './TimeProvider.tsx';

interface RelativeTimeProps {
  /** Milliseconds since 1970. */
  at: number | null | undefined;
  /** Why there is none, for the tooltip of the dash. */
  unknown?: string;
}

/** `3 h ago`; the absolute time on hover and on focus. */
export function RelativeTime({ at, unknown = 'Not yet' }: RelativeTimeProps) {
  const now = useNow();
  if (at === null || at === undefined) return <Unknown reason={unknown} />;
  return (
    <Hint content={() => <AbsoluteLines at={at} />}>
      <time dateTime={new Date(at).toISOString()}>{formatRelative(at, now)}</time>
    </Hint>
  );
}

function AbsoluteLines({ at }: { at: number }) {
  const zone = useZone();
  const here = formatAbsolute(at, zone);
  const inUtc = formatAbsolute(at, UTC);
  return (
    <span className="grid whitespace-nowrap">
      <span>{formatAbsolute(at, zone, true)}</span>
      {here !== inUtc && <span className="text-muted">{formatAbsolute(at, UTC, true)}</span>}
    </span>
  );
}
