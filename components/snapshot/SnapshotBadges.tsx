import { Lock, ShieldCheck, TriangleAlert } from 'lucide-react';
import type { SnapshotView } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { Hint } from '../ui/Hint.tsx';

/** What is special about a snapshot; nothing for an ordinary one. */
export function SnapshotBadges({ snapshot }: { snapshot: SnapshotView }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-1 [&_svg]:size-3">
      {!snapshot.finished && (
        <Hint content="The backup runs, or was cut off; it has no manifest yet">
          <Badge tone="info">Unfinished</Badge>
        </Hint>
      )}
      {snapshot.damage && (
        <Hint content={snapshot.damage}>
          <Badge tone="err">
            <TriangleAlert aria-hidden="true" className="mr-1 inline" />
            Damaged
          </Badge>
        </Hint>
      )}
      {snapshot.verifyState === 'failed' && <Badge tone="err">Verification failed</Badge>}
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
