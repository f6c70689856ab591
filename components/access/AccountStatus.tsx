'use client';

import { cn } from '../ui/class-names.ts';
import { StatusGlyph } from '../ui/StatusGlyph.tsx';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { ACCOUNT_LOOKS, accountState } from './access-words.ts';

/** Shape, word and colour of a user or a token. */
export function AccountStatus({ account }: { account: { enabled: boolean; expiresAt: Date | null } }) {
  const look = ACCOUNT_LOOKS[accountState(account, useNow())];
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StatusGlyph glyph={look.glyph} tone={look.tone} />
      <span
        className={cn('font-medium', look.tone === 'err' && 'text-err', look.tone === 'warn' && 'text-warn')}
      >
        {look.word}
      </span>
    </span>
  );
}
