import { type ChangedField, changedFields } from '#domain/audit-change.ts';
import type { AuditView } from '../trpc/views.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { type KeyValue, KeyValueList } from '../ui/KeyValueList.tsx';
import { AbsoluteTime } from '../ui/time/AbsoluteTime.tsx';

/** All of a row: what became of what, and where it stands in the chain. */
export function AuditDetail({ row }: { row: AuditView }) {
  const changes = changedFields(row.before, row.after);
  return (
    <div className="grid gap-x-8 gap-y-3 px-4 py-3 lg:grid-cols-2">
      <div className="grid min-w-0 content-start gap-3">
        {changes.length > 0 && <Changes changes={changes} isNew={row.before === null} />}
        {row.detail !== null && <KeyValueList entries={detailEntries(row.detail)} />}
        {changes.length === 0 && row.detail === null && (
          <p className="text-table text-muted">There is nothing more to say about it.</p>
        )}
      </div>
      <KeyValueList entries={placeEntries(row)} className="content-start" />
    </div>
  );
}

function Changes({ changes, isNew }: { changes: readonly ChangedField[]; isNew: boolean }) {
  return (
    <div className="min-w-0 overflow-x-auto rounded-md border bg-bg">
      <table className="w-full text-table">
        <thead className="text-left text-muted">
          <tr className="border-b">
            <th className="px-3 py-1 font-medium">Field</th>
            {!isNew && <th className="px-3 py-1 font-medium">Before</th>}
            <th className="px-3 py-1 font-medium">{isNew ? 'Value' : 'After'}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ field, before, after }) => (
            <tr key={field} className="border-b align-top last:border-b-0">
              <th scope="row" className="px-3 py-1.5 text-left font-mono text-small font-normal">
                {field}
              </th>
              {!isNew && (
                <td className="px-3 py-1.5">
                  <Value value={before} tone="text-err" sign="−" />
                </td>
              )}
              <td className="px-3 py-1.5">
                <Value value={after} tone="text-ok" sign="+" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Its sign tells old from new without the colour. */
function Value({ value, tone, sign }: { value: unknown; tone: string; sign: string }) {
  if (value === undefined) return <span className="text-muted">—</span>;
  return (
    <span className="flex min-w-0 gap-1.5 font-mono text-small">
      <span aria-hidden="true" className={tone}>
        {sign}
      </span>
      <span className="min-w-0 whitespace-pre-wrap wrap-anywhere">{valueText(value)}</span>
    </span>
  );
}

/** Of a list of plain values, one a line. */
function valueText(value: unknown): string {
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each !== 'object'))
    return value.join('\n');
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value, null, 1);
}

function detailEntries(detail: unknown): KeyValue[] {
  return changedFields(null, detail).map(({ field, after }) => ({
    label: field || 'detail',
    value: <span className="font-mono text-small">{valueText(after)}</span>,
  }));
}

function placeEntries({ id, at, source, position, hash }: AuditView): KeyValue[] {
  return [
    { label: 'At', value: <AbsoluteTime at={at.getTime()} /> },
    { label: 'From', value: source || 'the server itself' },
    { label: 'Id', value: id },
    { label: 'Row of the chain', value: position ?? 'not sealed yet' },
    ...(hash === null || position === null
      ? []
      : [
          {
            label: 'Anchor',
            value: (
              <span className="flex items-start gap-1">
                <span className="min-w-0 font-mono text-small wrap-anywhere">{`${position}:${hash}`}</span>
                <CopyButton text={`${position}:${hash}`} label="Copy anchor" className="-my-1 shrink-0" />
              </span>
            ),
          },
        ]),
  ];
}
