'use client';

import type { TokenView } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { Hint } from '../ui/Hint.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { isUnused, UNUSED_DAYS } from './access-words.ts';

/** When a token was last used, and a mark on those that lie around. */
export function LastUse({ token }: { token: TokenView }) {
  const unused = isUnused(token, useNow());
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <RelativeTime at={token.lastUsedAt?.getTime()} unknown="Has never been used" />
      {unused && (
        <Hint content={`Nobody used it for ${UNUSED_DAYS} days: revoke what nobody needs.`}>
          <Badge tone="warn">Unused</Badge>
        </Hint>
      )}
    </span>
  );
}
