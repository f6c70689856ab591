import { Download } from 'lucide-react';
import { restoreCommand } from '../commands/snapshot-commands.ts';
import type { FileEntry, SnapshotView } from '../trpc/views.ts';
import { DownloadLink } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { type KeyValue, KeyValueList } from '../ui/KeyValueList.tsx';
import { AbsoluteTime } from '../ui/time/AbsoluteTime.tsx';
import type { EntryNode } from './ArchiveBrowser.tsx';
import { readablePath } from './archive-path.ts';
import { downloadHref } from './download-href.ts';
import { ENTRY_WORDS, EntryIcon } from './EntryIcon.tsx';

/** The path of the top directory where one must be named, in base64. */
const TOP_PATH = btoa('/');

interface EntryPanelProps {
  snapshot: SnapshotView;
  archive: string;
  node: EntryNode | null;
}

/** What is chosen in the tree, and how to get it. */
export function EntryPanel({ snapshot, archive, node }: EntryPanelProps) {
  if (!node) return null;
  const { entry } = node;
  const path = `/${readablePath(entry.path)}`;
  const isTop = entry.path === '';
  const canDownload = entry.kind === 'directory' || entry.kind === 'file' || entry.kind === 'hardlink';
  return (
    <section
      aria-label="Selected entry"
      aria-live="polite"
      className="grid content-start gap-3 border-t bg-surface p-4 lg:border-t-0 lg:border-l"
    >
      <p className="flex min-w-0 items-center gap-2 font-medium [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted">
        <EntryIcon kind={entry.kind} />
        <span className="min-w-0 wrap-anywhere">{entry.name}</span>
      </p>
      <KeyValueList entries={factsOf(entry, path)} className="[&_dt]:w-20!" />
      {canDownload && (
        <div>
          <DownloadLink
            variant="primary"
            icon={<Download />}
            href={downloadHref(snapshot, archive, isTop ? TOP_PATH : entry.path)}
          >
            {entry.kind === 'directory' ? 'Download as zip' : 'Download'}
          </DownloadLink>
        </div>
      )}
      <CommandLine
        label="Restore from a terminal"
        forms={[{ name: 'CLI', text: restoreCommand(snapshot, archive, isTop ? undefined : path) }]}
      />
    </section>
  );
}

function factsOf(entry: FileEntry, path: string): KeyValue[] {
  return [
    { label: 'Path', value: <span className="font-mono text-small">{path}</span> },
    { label: 'Kind', value: ENTRY_WORDS[entry.kind] },
    ...(entry.sizeBytes === null ? [] : [{ label: 'Size', value: <Bytes value={entry.sizeBytes} /> }]),
    ...(entry.modifiedAt === null
      ? []
      : [{ label: 'Changed', value: <AbsoluteTime at={entry.modifiedAt * 1000} /> }]),
  ];
}
