import Link from 'next/link';
import { formatPercent } from '#domain/units.ts';
import { Donut } from '../../charts/Donut.tsx';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Bytes } from '../../ui/Bytes.tsx';
import { Card } from '../../ui/Card.tsx';
import { cn } from '../../ui/class-names.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { trashHref } from '../trash/trash-words.ts';
import { prepareUsage, type UsagePart } from './prepare-usage.ts';

const STROKES: Record<UsagePart, string> = {
  chunks: 'stroke-accent',
  trash: 'stroke-maintenance',
  other: 'stroke-strong',
  reserved: 'stroke-edge',
  free: 'stroke-selected',
};
const FILLS: Record<UsagePart, string> = {
  chunks: 'bg-accent',
  trash: 'bg-maintenance',
  other: 'bg-strong',
  reserved: 'bg-edge',
  free: 'bg-selected',
};

export function UsageCard({ datastore }: { datastore: DatastoreDetail }) {
  const usage = prepareUsage(datastore);
  return (
    <Card title="Usage" note={<AsOf datastore={datastore} />}>
      {usage ? (
        <div className="flex flex-wrap items-center gap-x-8 gap-y-4">
          <Donut
            label={`${formatPercent(usage.usedShare)} of the usable space is used`}
            parts={usage.parts.map(({ id, bytes }) => ({ id, value: bytes, className: STROKES[id] }))}
          >
            <span className="text-heading font-semibold">{formatPercent(usage.usedShare)}</span>
            <span className="text-small text-muted">used</span>
          </Donut>
          <dl className="grid min-w-0 flex-[1_1_220px] text-table">
            {usage.parts.map(({ id, label, bytes }) => (
              <div key={id} className="flex items-center gap-2 border-b py-1.5">
                <span aria-hidden="true" className={cn('size-2.5 shrink-0 rounded-xs', FILLS[id])} />
                <dt className="min-w-0 flex-1 text-muted">
                  {id === 'trash' ? <TrashLabel datastore={datastore} label={label} /> : label}
                </dt>
                <dd>
                  <Bytes value={bytes} />
                </dd>
              </div>
            ))}
            <div className="flex items-center gap-2 py-1.5 pl-4.5 font-medium">
              <dt className="min-w-0 flex-1">Size</dt>
              <dd>
                <Bytes value={usage.sizeBytes} />
              </dd>
            </div>
          </dl>
        </div>
      ) : (
        <p className="text-muted">Not measured yet: the storage has not answered.</p>
      )}
    </Card>
  );
}

/** Who needs which chunk is found by garbage collections alone. */
function TrashLabel({
  datastore: { name, spaceUseAt },
  label,
}: {
  datastore: DatastoreDetail;
  label: string;
}) {
  return (
    <>
      <Link href={trashHref(name)} className="text-accent underline-offset-2 hover:underline">
        {label}
      </Link>
      {spaceUseAt && (
        <>
          , as of <RelativeTime at={spaceUseAt.getTime()} />
        </>
      )}
    </>
  );
}

function AsOf({ datastore }: { datastore: DatastoreDetail }) {
  if (!datastore.lastGoodProbeAt) return null;
  return (
    <>
      as of the probe <RelativeTime at={datastore.lastGoodProbeAt.getTime()} />
    </>
  );
}
