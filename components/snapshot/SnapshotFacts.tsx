import Link from 'next/link';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { namespaceLabel } from '../namespace/namespace-words.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { Card } from '../ui/Card.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { type KeyValue, KeyValueList } from '../ui/KeyValueList.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { SpaceUse } from './SpaceUse.tsx';
import { snapshotId, unfinishedReason } from './snapshot-words.ts';
import { VerifyMark } from './VerifyMark.tsx';

interface SnapshotFactsProps {
  snapshot: SnapshotView;
  onEditNotes: () => void;
}

/** Where it is, whose it is, how large it is, and what people wrote about it. */
export function SnapshotFacts({ snapshot, onEditNotes }: SnapshotFactsProps) {
  return (
    <Card
      title="Snapshot"
      actions={
        <Button
          size="small"
          variant="ghost"
          onClick={onEditNotes}
          disabledReason={!snapshot.finished && unfinishedReason(snapshot)}
        >
          Edit notes
        </Button>
      }
    >
      <KeyValueList entries={factsOf(snapshot)} />
    </Card>
  );
}

function factsOf(snapshot: SnapshotView): KeyValue[] {
  const { datastore, namespace } = snapshot;
  const content = `${datastoreHref(datastore, 'content')}${namespace ? `?ns=${encodeURIComponent(namespace)}` : ''}`;
  return [
    {
      label: 'Id',
      value: (
        <span className="flex min-w-0 items-center gap-1">
          <span className="min-w-0 font-mono text-small break-all">{snapshotId(snapshot)}</span>
          <CopyButton text={snapshotId(snapshot)} label="Copy id" className="-my-1.5" />
        </span>
      ),
    },
    { label: 'Datastore', value: <Place href={datastoreHref(datastore)}>{datastore}</Place> },
    { label: 'Namespace', value: <Place href={content}>{namespaceLabel(namespace)}</Place> },
    { label: 'Age', value: <RelativeTime at={snapshot.time * 1000} /> },
    {
      label: 'Size',
      value: <Bytes value={snapshot.sizeBytes} unknown={unfinishedReason(snapshot)} />,
    },
    {
      label: 'New data',
      value: <Bytes value={snapshot.newBytes} unknown="This server did not see the backup happen" />,
    },
    {
      label: 'On the disk',
      value: <SpaceUse row={snapshot} />,
    },
    {
      label: 'Owner',
      value: snapshot.owner ?? <Unknown reason="The owner file is missing or cannot be read" />,
    },
    { label: 'Verified', value: <VerifyMark snapshot={snapshot} /> },
    { label: 'Encryption', value: snapshot.keyFingerprint ?? 'None' },
    {
      label: 'Notes',
      value: snapshot.notes ? (
        <span className="whitespace-pre-wrap">{snapshot.notes}</span>
      ) : (
        <span className="text-muted">None</span>
      ),
    },
  ];
}

function Place({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className="text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}
