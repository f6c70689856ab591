import type { RestoreTotals } from '#client/pxar/restore-report.ts';
import type { RestoreSummary } from '#client/restore/restore-events.ts';
import { runRestore } from '#client/restore/run-restore.ts';
import { countOf, formatBytes, formatDuration, formatRate } from '#domain/units.ts';
import { type Context, defineCommand, UsageError } from '../command.ts';
import { visible } from '../print/visible-text.ts';
import { findGateway, gatewayOptions } from '../transfer/find-gateway.ts';
import { TransferLine } from '../transfer/transfer-line.ts';
import { WarningLines } from '../transfer/warning-lines.ts';
import { argument, flag, text } from '../values.ts';
import { snapshotArgument } from './snapshot/snapshot-argument.ts';

export const command = defineCommand({
  about:
    'Writes nothing that the server cannot prove: every byte is checked against its digest first. Existing files stay\n' +
    'as they are unless --overwrite is given. As root, owners, devices and attributes come back too.\n' +
    'With - as target standard output has the data and nothing else: an image, a small file, or with --path one file of\n' +
    'a directory. A directory archive without --path comes as it is stored, in pxar form.',
  examples: [
    'ironcore-backup restore ibs-primary:host/web-1/2026-05-02T08:11:33Z root.pxar /srv/restored',
    'ironcore-backup restore ibs-primary:host/web-1/2026-05-02T08:11:33Z root.pxar /srv/etc --path /etc',
    'ironcore-backup restore ibs-primary:vm/101/2026-05-02T08:11:33Z drive-scsi0.img /dev/vg0/vm-101 --overwrite',
    'ironcore-backup restore ibs-primary:vm/101/2026-05-02T08:11:33Z drive-scsi0.img disk.img',
    'ironcore-backup restore ibs-primary:host/web-1/2026-05-02T08:11:33Z root.pxar - --path /etc/fstab',
  ],
  arguments: {
    snapshot: snapshotArgument,
    archive: argument('<archive>', 'Archive, such as root.pxar or drive-scsi0.img', { complete: 'archive' }),
    target: argument('<target>', 'Directory, file or device; - for standard output', { complete: 'file' }),
  },
  options: {
    path: text('--path <path>', 'Only this file or directory of the archive'),
    overwrite: flag('--overwrite', 'Replace what is there'),
    ...gatewayOptions,
  },
  async run(context, given) {
    const toOutput = given.target === '-';
    if (toOutput && context.terminal.outIsTerminal) {
      throw new UsageError('Standard output is a terminal.', 'Send it to a file or a program: … - > FILE');
    }
    const address = await findGateway(context, given);
    const line = new TransferLine(context, 'Restore');
    const problems = new WarningLines(context, line);
    try {
      const summary = await runRestore({
        address,
        datastore: given.snapshot.datastore,
        snapshot: given.snapshot.ref,
        archive: given.archive,
        target: toOutput ? context.terminal.output : given.target,
        path: given.path ?? null,
        overwrite: given.overwrite ?? false,
        tree: {},
        events: {
          progress: ({ doneBytes, totalBytes, receivedBytes }) =>
            line.show({
              ...{ what: given.archive, doneBytes, totalBytes },
              more: [`${formatBytes(receivedBytes)} received`],
            }),
          problem: ({ path, step, reason }) =>
            problems.add(visible(`${path}: ${step} could not be restored (${reason}).`)),
        },
        signal: context.signal,
        monotonic: context.clock.monotonic,
      });
      line.clear();
      problems.end();
      const sentence = sentenceOf(given.target, given.path, summary);
      const report = { target: given.target, ...(given.path ? { path: given.path } : {}), ...summary };
      // The data itself has standard output; what is said about it goes beside it.
      if (toOutput) context.print.aside(report, sentence);
      else await context.print.done(report, sentence);
      if (summary.totals && summary.totals.problems > 0) reportProblems(context, summary.totals);
    } finally {
      line.clear();
    }
  },
});

function sentenceOf(target: string, path: string | undefined, summary: RestoreSummary): string {
  const { archive, totals, sizeBytes, durationMs } = summary;
  const bytes = totals?.bytes ?? sizeBytes;
  const what = totals ? `${countOf(totals.files, 'file')} (${formatBytes(bytes)})` : formatBytes(bytes);
  const rate = durationMs > 0 ? ` (${formatRate((bytes * 1000) / durationMs)})` : '';
  const where = target === '-' ? '' : ` to ${target}`;
  const from = `${path && !totals ? `${path} in ` : ''}${archive.replace(/\.(didx|fidx|blob)$/, '')}`;
  return `Restored ${what} of ${from}${where} in ${formatDuration(durationMs)}${rate}.`;
}

/** A restore with something missing did not succeed, and scripts have to hear of it. */
function reportProblems({ print, endWith }: Context, { problems, failed }: RestoreTotals): void {
  const missing = failed > 0 ? `, ${failed === 1 ? '1 entry is' : `${failed} entries are`} missing` : '';
  print.warn(`${countOf(problems, 'problem')}${missing}.`);
  endWith(1);
}
