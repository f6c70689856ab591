'use client';

import { useInBrowser } from '../use-in-browser.ts';
import { formatAbsolute, UTC } from './absolute-time.ts';
import { useZone } from './TimeProvider.tsx';

/** `2026-11-22 14:03:07` in the chosen zone; the head of the column names the zone (`ZoneName`). */
export function AbsoluteTime({ at }: { at: number }) {
  const zone = useZone();
  // The server does not know the browser's zone, so the first frame is UTC on both sides.
  const inBrowser = useInBrowser();
  const shown = inBrowser || zone.id !== undefined ? zone : UTC;
  return (
    <time dateTime={new Date(at).toISOString()} className="whitespace-nowrap">
      {formatAbsolute(at, shown)}
    </time>
  );
}

/** For a column head: `Started (UTC)`. */
export function ZoneName() {
  return <>({useZone().label})</>;
}
