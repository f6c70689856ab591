import { Download, FolderOpen } from 'lucide-react';
import { archiveKind, clientArchiveName } from '#domain/snapshot.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { ButtonLink, DownloadLink } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { cn } from '../ui/class-names.ts';
import { Hint } from '../ui/Hint.tsx';
import { Table, Td, Th } from '../ui/table/Table.tsx';
import { downloadHref } from './download-href.ts';
import { ARCHIVE_WORDS, filesByUse, isBrowsable, snapshotHref } from './snapshot-words.ts';

const CRYPT_WORDS = { encrypt: 'Encrypted', 'sign-only': 'Signed' } as const;

interface FileListProps {
  snapshot: SnapshotView;
  /** Why nothing can be read now; links give way to plain names. */
  disabledReason?: string | false;
}

/** The archives of a snapshot, each with the way into it, then what was made along with them. */
export function FileList({ snapshot, disabledReason }: FileListProps) {
  const { archives, others } = filesByUse(snapshot.files);
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
        {[...archives, ...others].map((file) => (
          <tr key={file.name}>
            <Td className="whitespace-nowrap">
              <span className={cn('font-mono text-small', others.includes(file) && 'text-muted')}>
                {clientArchiveName(file.name)}
              </span>{' '}
              {file.cryptMode && file.cryptMode !== 'none' && <Badge>{CRYPT_WORDS[file.cryptMode]}</Badge>}
            </Td>
            <Td className="whitespace-nowrap text-muted">{ARCHIVE_WORDS[archiveKind(file.name)]}</Td>
            <Td align="end">
              <FileSize file={file} />
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

/** The manifest has the size of an archive itself, but of a small file only what it takes as it is stored. */
function FileSize({ file }: { file: SnapshotView['files'][number] }) {
  const isStored = archiveKind(file.name) === 'blob' && file.sizeBytes !== undefined;
  return (
    <span className="whitespace-nowrap">
      {isStored && (
        <Hint content={STORED_HINT} className="text-muted">
          stored
        </Hint>
      )}{' '}
      <Bytes value={file.sizeBytes} unknown="The manifest does not tell" />
    </span>
  );
}

const STORED_HINT =
  'With its header, and compressed or encrypted: the manifest does not tell the size of the file itself.';

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
