import { Download, FolderOpen } from 'lucide-react';
import { archiveKind, clientArchiveName } from '#domain/snapshot.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { ButtonLink, DownloadLink } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { Table, Td, Th } from '../ui/table/Table.tsx';
import { downloadHref } from './download-href.ts';
import { ARCHIVE_WORDS, isBrowsable, snapshotHref } from './snapshot-words.ts';

const CRYPT_WORDS = { encrypt: 'Encrypted', 'sign-only': 'Signed' } as const;

interface FileListProps {
  snapshot: SnapshotView;
  /** Why nothing can be read now; links give way to plain names. */
  disabledReason?: string | false;
}

/** The archives of a snapshot, each with the way into it. */
export function FileList({ snapshot, disabledReason }: FileListProps) {
  return (
    <Table>
      <thead>
        <tr>
          <Th>Archive</Th>
          <Th>Kind</Th>
          <Th align="end">Size</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {snapshot.files.map((file) => (
          <tr key={file.name}>
            <Td className="whitespace-nowrap">
              <span className="font-mono text-small">{clientArchiveName(file.name)}</span>{' '}
              {file.cryptMode && file.cryptMode !== 'none' && <Badge>{CRYPT_WORDS[file.cryptMode]}</Badge>}
            </Td>
            <Td className="whitespace-nowrap text-muted">{ARCHIVE_WORDS[archiveKind(file.name)]}</Td>
            <Td align="end">
              <Bytes value={file.sizeBytes} unknown="The manifest does not tell" />
            </Td>
            <Td className="text-right whitespace-nowrap">
              {!disabledReason && <FileActions snapshot={snapshot} name={file.name} />}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function FileActions({ snapshot, name }: { snapshot: SnapshotView; name: string }) {
  const isEncrypted = snapshot.files.find((file) => file.name === name)?.cryptMode === 'encrypt';
  if (!snapshot.finished) return null;
  if (isEncrypted) return <span className="text-muted">Needs its key</span>;
  const shown = clientArchiveName(name);
  return (
    <span className="inline-flex gap-1">
      {isBrowsable(name) && (
        <ButtonLink
          size="small"
          variant="ghost"
          icon={<FolderOpen />}
          href={`${snapshotHref(snapshot)}?archive=${encodeURIComponent(name)}`}
          aria-label={`Browse ${shown}`}
        >
          Browse
        </ButtonLink>
      )}
      <DownloadLink
        size="small"
        variant="ghost"
        icon={<Download />}
        href={downloadHref(snapshot, name)}
        aria-label={`Download ${shown}`}
      >
        Download
      </DownloadLink>
    </span>
  );
}
