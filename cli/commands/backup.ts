import type { BackupProgress, BackupSummary, BackupWarning } from '#client/backup/backup-events.ts';
import { runBackup } from '#client/backup/run-backup.ts';
import { checkSources, parseSources } from '#client/backup/sources.ts';
import { parsePattern } from '#client/pxar/exclude.ts';
import {
  BACKUP_TYPES,
  formatSnapshotPath,
  parseBackupId,
  parseDatastoreName,
  parseNamespacePath,
  parseSnapshotTime,
  type SnapshotRef,
} from '#domain/ids.ts';
import { must } from '#domain/result.ts';
import { countOf, formatBytes, formatDuration, formatPercent, formatRate } from '#domain/units.ts';
import { type Context, defineCommand } from '../command.ts';
import { visible } from '../print/visible-text.ts';
import { findGateway, gatewayOptions } from '../transfer/find-gateway.ts';
import { TransferLine } from '../transfer/transfer-line.ts';
import { WarningLines } from '../transfer/warning-lines.ts';
import { flag, requiredChoice, requiredText, severalArguments, severalTexts, text } from '../values.ts';

export const command = defineCommand({
  about:
    'Sources are NAME.img:PATH for a disk or an image of one, NAME.pxar:DIRECTORY for a directory with everything in\n' +
    'it, and NAME.conf:FILE for a small file. What the server has already from the previous snapshot is not sent.\n' +
    'Nothing is visible on the server before all of it has arrived; Ctrl-C leaves nothing behind.',
  examples: [
    'ironcore-backup backup root.pxar:/ --datastore ibs-primary --backup-type host --backup-id web-1',
    'ironcore-backup backup drive-scsi0.img:/dev/vg0/vm-101 qemu-server.conf:/etc/vm/101.conf --datastore ibs-primary --ns production --backup-type vm --backup-id 101',
    'ironcore-backup backup home.pxar:/home --datastore ibs-primary --backup-type host --backup-id web-1 --exclude "*.cache" --server backup.example.com:8007 --token-file /etc/ibs.token --fingerprint 64:d3:ff:3a:50:38:53:5a:9b:f7:50:88:3c:35:4d:a5:0a:5a:8f:1b:4e:4b:ba:22:2e:6d:3f:a3:1e:1b:a3:5b',
  ],
  arguments: {
    sources: severalArguments('<sources...>', 'NAME.img:PATH, NAME.pxar:DIRECTORY or NAME.conf:FILE'),
  },
  options: {
    datastore: requiredText('--datastore <name>', 'Where it goes', { complete: 'datastore' }),
    ns: text('--ns, --namespace <namespace>', 'Namespace in the datastore', {
      complete: 'namespace',
      field: 'namespace',
    }),
    backupType: requiredChoice('--backup-type <type>', BACKUP_TYPES, 'What is backed up'),
    backupId: requiredText('--backup-id <id>', 'Name of the machine or directory', { field: 'id' }),
    backupTime: text(
      '--backup-time <time>',
      'Time of the snapshot, such as 2026-05-02T08:11:33Z (default: now)',
      { field: 'time' },
    ),
    exclude: severalTexts('--exclude <pattern>', 'Leave out what matches, as in .gitignore; may be repeated'),
    allFilesystems: flag('--all-filesystems', 'Also what other filesystems are mounted in the directories'),
    ...gatewayOptions,
  },
  async run(context, given) {
    const datastore = must(parseDatastoreName(given.datastore, 'datastore'));
    const snapshot = snapshotOf(context, given);
    const sources = parseSources(given.sources);
    const patterns = given.exclude ?? [];
    for (const pattern of patterns) must(parsePattern(pattern));
    checkSources(sources); // before anybody is asked anything
    const address = await findGateway(context, given);
    const name = `${datastore}:${formatSnapshotPath(snapshot)}`;
    const line = new TransferLine(context, 'Backup');
    const warnings = new WarningLines(context, line);
    try {
      const summary = await runBackup({
        ...{ address, datastore, snapshot, sources, signal: context.signal },
        encode: { patterns, filesystems: given.allFilesystems ? 'all' : 'one' },
        events: {
          progress: (progress) => line.show(stateOf(progress)),
          warning: (warning) => warnings.add(warningText(warning)),
        },
        measure: line.isShown,
        monotonic: context.clock.monotonic,
      });
      line.clear();
      warnings.end();
      await context.print.value(shownSummary(name, summary), () => summaryLines(context, name, summary));
    } finally {
      line.clear();
    }
  },
});

interface GivenSnapshot {
  ns: string | undefined;
  backupType: SnapshotRef['type'];
  backupId: string;
  backupTime: string | undefined;
}

function snapshotOf({ clock }: Context, given: GivenSnapshot): SnapshotRef {
  const now = Math.floor(clock.now() / 1000);
  return {
    namespace: must(parseNamespacePath(given.ns ?? '')),
    type: given.backupType,
    id: must(parseBackupId(given.backupId, 'id')),
    time: given.backupTime === undefined ? now : must(parseSnapshotTime(given.backupTime, 'time')),
  };
}

function stateOf(progress: BackupProgress) {
  const { archive, readBytes, totalBytes, sentBytes, reusedBytes, files } = progress;
  return {
    what: visibleArchive(archive),
    doneBytes: readBytes,
    totalBytes,
    more: [
      readBytes > 0 ? `${formatPercent(Math.min(reusedBytes / readBytes, 1))} deduplicated` : '',
      `${formatBytes(sentBytes)} sent`,
      files > 0 ? countOf(files, 'file') : '',
    ],
  };
}

/** As the person named it: `root.pxar`, not `root.pxar.didx`. */
function visibleArchive(name: string): string {
  return name.replace(/\.(didx|fidx|blob)$/, '');
}

const REASONS: Record<string, string> = {
  vanished: 'was removed meanwhile; not in the backup',
  replaced: 'became something else meanwhile; not in the backup',
  denied: 'may not be read; not in the backup',
  unopenable: 'cannot be opened; not in the backup',
  'too-deep': 'lies too deep; not in the backup',
  shrunk: 'became shorter while it was read; the rest is zeros',
  grown: 'became longer while it was read; the rest is missing',
  modified: 'was written to while it was read; may be a mixture',
  attribute: 'has an attribute that cannot be kept',
  pattern: 'has a pattern that cannot be read',
};

function warningText({ path, reason, detail }: BackupWarning): string {
  return visible(`${path} ${REASONS[reason] ?? reason}${detail ? ` (${detail})` : ''}.`);
}

function shownSummary(snapshot: string, { previousTime, ...summary }: BackupSummary) {
  return {
    snapshot,
    previousAt: previousTime === null ? null : new Date(previousTime * 1000),
    ...summary,
  };
}

function summaryLines({ print }: Context, name: string, summary: BackupSummary): string[] {
  const { sizeBytes, sentBytes, reusedBytes, durationMs, warnings, previousTime } = summary;
  const rows = summary.archives.map((archive) => ({ ...archive, name: visibleArchive(archive.name) }));
  const rate = durationMs > 0 ? (sizeBytes * 1000) / durationMs : 0;
  const known = sizeBytes > 0 ? reusedBytes / sizeBytes : 0;
  const kind = previousTime === null ? 'the first of its group' : 'built on the previous snapshot';
  return [
    ...print.table(rows, [
      { header: 'ARCHIVE', cell: (row) => row.name },
      { header: 'SIZE', cell: (row) => print.cells.bytes(row.sizeBytes), align: 'right' },
      {
        header: 'FILES',
        cell: (row) => print.cells.count(row.totals?.files),
        align: 'right',
        hideEmpty: true,
      },
      { header: 'CHUNKS', cell: (row) => print.cells.count(row.chunks), align: 'right', drop: 1 },
      { header: 'NEW', cell: (row) => print.cells.count(row.sentChunks), align: 'right', drop: 1 },
      { header: 'SENT', cell: (row) => print.cells.bytes(row.sentBytes), align: 'right' },
    ]),
    '',
    `${name} is complete, ${kind}.`,
    `${formatBytes(sizeBytes)} in ${formatDuration(durationMs)} (${formatRate(rate)}), ${formatBytes(sentBytes)} sent, ${formatPercent(known)} deduplicated.`,
    ...(warnings > 0 ? [print.paint('warn', `${countOf(warnings, 'warning')}; see above.`)] : []),
  ];
}
