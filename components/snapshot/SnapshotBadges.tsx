import { Lock, ShieldCheck } from 'lucide-react';
import type { SnapshotView } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { Hint } from '../ui/Hint.tsx';
import { unfinishedReason } from './snapshot-words.ts';

/** What is special about a snapshot; nothing for an ordinary one. Whether it is sound says `VerifyMark`. */
export function SnapshotBadges({ snapshot }: { snapshot: SnapshotView }) {
  return (
    <span className="inline-flex items-center gap-1 [&_svg]:size-3">
      {!snapshot.finished && <OpenBadge running={snapshot.running} />}
      {snapshot.protected && (
        <Hint content="Neither retention nor anybody by hand can remove it">
          <Badge tone="ok">
            <ShieldCheck aria-hidden="true" className="mr-1 inline" />
            Protected
          </Badge>
        </Hint>
      )}
      {snapshot.keyFingerprint && (
        <Hint content={`Encrypted with the key ${snapshot.keyFingerprint}`}>
          <Badge>
            <Lock aria-hidden="true" className="mr-1 inline" />
            Encrypted
          </Badge>
        </Hint>
      )}
    </span>
  );
}

function OpenBadge({ running }: { running: boolean }) {
  if (running) {
    return (
      <Hint content={unfinishedReason({ running })}>
        <Badge tone="info">Running</Badge>
      </Hint>
    );
  }
  return (
    <Hint content="The backup was cut off. Nothing can be restored from it; it stays until somebody forgets it.">
      <Badge tone="warn">Unfinished</Badge>
    </Hint>
  );
}
