import { formatCount } from '#domain/units.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Card } from '../../ui/Card.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Hint } from '../../ui/Hint.tsx';
import { type KeyValue, KeyValueList } from '../../ui/KeyValueList.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { KIND_WORDS, SYNC_WORDS } from '../datastore-words.ts';

/** Where it lies and whose it is. */
export function FactsCard({ datastore }: { datastore: DatastoreDetail }) {
  return (
    <Card title="Storage">
      <KeyValueList entries={[...placeFacts(datastore), ...ownerFacts(datastore)]} />
    </Card>
  );
}

function placeFacts(datastore: DatastoreDetail): KeyValue[] {
  const { filesystem, inodesAvailable, inodesTotal, syncLevel } = datastore;
  return [
    { label: 'Type', value: KIND_WORDS[datastore.kind] },
    { label: 'Path', value: <Copyable text={datastore.path} label="Copy path" /> },
    {
      label: 'Filesystem',
      value: filesystem ? (
        <>
          {filesystem.type}, <span className="font-mono text-small">{filesystem.source}</span> on{' '}
          <span className="font-mono text-small">{filesystem.mountPoint}</span>
        </>
      ) : (
        <Unknown reason="No mount was recorded" />
      ),
    },
    {
      label: 'Free inodes',
      value:
        inodesAvailable === null || inodesTotal === null ? (
          <Unknown reason="The filesystem counts none" />
        ) : (
          `${formatCount(inodesAvailable)} of ${formatCount(inodesTotal)}`
        ),
    },
    {
      label: 'Sync level',
      value: <Hint content={SYNC_WORDS[syncLevel].meaning}>{SYNC_WORDS[syncLevel].label}</Hint>,
    },
  ];
}

function ownerFacts(datastore: DatastoreDetail): KeyValue[] {
  const { owner, identity } = datastore;
  return [
    {
      label: 'Worker',
      value: owner ? (
        <>
          {owner.host}
          {!owner.alive && <span className="text-err">, silent for more than 30 s</span>}
        </>
      ) : (
        <Unknown reason="No worker owns it at this moment" />
      ),
    },
    {
      label: 'Identity',
      value: identity ? (
        <Copyable text={identity} label="Copy identity" />
      ) : (
        <Unknown reason="It has no identity file yet" />
      ),
    },
    {
      label: 'Last good probe',
      value: <RelativeTime at={datastore.lastGoodProbeAt?.getTime()} unknown="None yet" />,
    },
    {
      label: 'Added',
      value: (
        <>
          <RelativeTime at={datastore.createdAt.getTime()} /> by {datastore.createdBy}
        </>
      ),
    },
  ];
}

function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1">
      <span className="min-w-0 font-mono text-small break-all">{text}</span>
      <CopyButton text={text} label={label} className="-my-1.5" />
    </span>
  );
}
