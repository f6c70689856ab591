import { BackupError } from '#domain/errors.ts';
import { contentFacts, isBlocked, needsReason, PLACE_CHECKS, type PlaceCheck } from '#domain/place-report.ts';
import type { Context } from '../../command.ts';
import type { PlaceReport } from '../../connect/api.ts';
import type { Tone } from '../../print/style.ts';
import type { Column } from '../../print/table.ts';

const OUTCOMES: Record<PlaceCheck['outcome'], { text: string; tone: Tone }> = {
  ok: { text: 'ok', tone: 'good' },
  warning: { text: 'warning', tone: 'warn' },
  override: { text: 'needs a reason', tone: 'warn' },
  blocked: { text: 'blocked', tone: 'bad' },
};

const COLUMNS: Column<PlaceCheck>[] = [
  { header: 'CHECK', cell: (check) => PLACE_CHECKS[check.id] },
  { header: 'OUTCOME', cell: (check) => OUTCOMES[check.outcome] },
  { header: 'DETAIL', cell: (check) => check.text, wrap: 24 },
];

const FOUND_COLUMNS: Column<ReturnType<typeof contentFacts>[number]>[] = [
  { header: 'FOUND', cell: (fact) => fact.label },
  { header: 'DETAIL', cell: (fact) => fact.text, wrap: 24 },
];

/** Prints what was found at a place, and fails when it cannot be used. */
export async function showPlace(
  { print }: Context,
  report: PlaceReport,
  purpose: 'create' | 'adopt',
): Promise<void> {
  await print.value(report, () => [
    ...print.table(report.checks, COLUMNS),
    ...(report.content ? ['', ...print.table(contentFacts(report.content), FOUND_COLUMNS)] : []),
  ]);
  const verb = purpose === 'create' ? 'made' : 'adopted';
  if (isBlocked(report)) {
    const stored = purpose === 'create' && report.found !== null;
    throw new BackupError('DATASTORE_LAYOUT_INVALID', `No datastore can be ${verb} in ${report.path}.`, {
      hint: stored ? 'It holds one already: ironcore-backup datastore adopt' : 'The checks above tell why.',
    });
  }
  const reason = needsReason(report) ? ' with --same-filesystem-reason' : '';
  print.say(`A datastore can be ${verb} in ${report.path}${reason}.`);
}
