'use client';

import type { ClipboardEvent } from 'react';
import { formatBytes, formatCount, formatRate } from '#domain/units.ts';
import { Hint } from './Hint.tsx';
import { Unknown } from './Unknown.tsx';

interface BytesProps {
  value: number | null | undefined;
  /** Bytes per second. */
  perSecond?: boolean;
  /** Why it is not known, for the tooltip of the dash. */
  unknown?: string;
}

/** `1.42 TiB`; the exact number on hover, on focus and when it is copied. */
export function Bytes({ value, perSecond = false, unknown = 'Not measured yet' }: BytesProps) {
  if (value === null || value === undefined) return <Unknown reason={unknown} />;
  const text = perSecond ? formatRate(value) : formatBytes(value);
  const exact = `${formatCount(Math.round(value))} bytes${perSecond ? ' per second' : ''}`;
  const copyExact = (event: ClipboardEvent) => {
    if (document.getSelection()?.toString().trim() !== text) return;
    event.clipboardData.setData('text/plain', String(Math.round(value)));
    event.preventDefault();
  };
  return (
    <Hint content={exact} onCopy={copyExact} className="whitespace-nowrap">
      {text}
    </Hint>
  );
}
