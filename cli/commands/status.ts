import { findNeeds, type Need, type NeedSubject, verdictWords } from '#domain/health.ts';
import { formatRelative } from '#domain/units.ts';
import { type Context, defineCommand } from '../command.ts';
import type { About, Overview, TaskView } from '../connect/api.ts';
import { layOutRecord } from '../print/record.ts';
import { cutTo, visible } from '../print/visible-text.ts';
import { flag } from '../values.ts';
import { datastoreColumns } from './datastore/datastore-columns.ts';
import { nextRunColumns, nextRuns } from './next-runs.ts';
import { taskColumns } from './task/task-columns.ts';

const RUNNING_MAX = 20;
const FAILED_MAX = 10;
const NEXT_MAX = 10;
const UNWELL_STATUS = 1;

/** One thing that needs somebody, with the command that goes on from there. */
interface Finding extends Omit<Need, 'at'> {
  at: Date | null;
  command: string;
}

interface Report {
  verdict: string;
  findings: Finding[];
  console: string;
  principal: string;
  about: About;
  datastores: Overview['datastores'];
  /** That schedules run in. */
  zone: string;
  /** What a new server still lacks. */
  checklist: Overview['checklist'];
  running: TaskView[];
  failures: TaskView[];
}

export const command = defineCommand({
  about: 'With --check it ends with status 1 when something needs somebody, for monitoring.',
  examples: ['ironcore-backup status', 'ironcore-backup status --check --quiet'],
  options: { check: flag('--check', 'End with status 1 when something needs somebody') },
  async run(context, { check }) {
    const report = await readReport(context);
    if (!(context.print.quiet && check)) await context.print.value(report, () => lines(context, report));
    if (report.datastores.length === 0) {
      context.print.say(
        'Make a datastore: ironcore-backup datastore create --name NAME --type local --path PATH',
      );
    }
    if (check && report.findings.length > 0) context.endWith(UNWELL_STATUS);
  },
});

async function readReport(context: Context): Promise<Report> {
  const api = await context.api();
  const { console } = await context.server();
  const [about, overview, me, page] = await Promise.all([
    api.system.about.query(),
    api.system.overview.query(),
    api.session.me.query(),
    api.task.list.query({ states: ['running', 'queued'], limit: RUNNING_MAX }),
  ]);
  const { datastores, failures, checklist, activity, zone } = overview;
  const needs = findNeeds({ ...overview, workers: about.workers, now: context.clock.now() });
  const findings = needs.map((need) => ({
    ...need,
    at: need.at === null ? null : new Date(need.at),
    command: commandFor(need.subject),
  }));
  const failedToday = activity.reduce((count, { states }) => count + (states.failed ?? 0), 0);
  const sentence = verdictWords(needs.length, datastores, failedToday);
  const { principal } = me;
  return {
    verdict: sentence,
    findings,
    console,
    principal,
    about,
    datastores,
    zone,
    checklist,
    running: page.tasks,
    failures,
  };
}

function commandFor(subject: NeedSubject): string {
  switch (subject.kind) {
    case 'workers':
      return 'npm start';
    case 'datastore':
    case 'job':
      return `ironcore-backup datastore show ${subject.name}`;
    case 'task':
      return `ironcore-backup task log ${subject.id}`;
    case 'token':
      return 'ironcore-backup token list';
  }
}

function lines(context: Context, report: Report): string[] {
  const { print, clock } = context;
  const tasks = taskColumns(print.cells, clock.now());
  return [
    print.paint(report.findings.length === 0 ? 'good' : 'strong', visible(report.verdict)),
    ...report.findings.flatMap((finding) => findingLines(context, finding)),
    '',
    ...serverLines(context, report),
    ...section(context, 'Datastores', print.table(report.datastores, datastoreColumns(print.cells))),
    ...section(
      context,
      `Next 24 hours (${report.zone})`,
      print.table(
        nextRuns(report.datastores).slice(0, NEXT_MAX),
        nextRunColumns(print.cells, report.zone, clock.now()),
      ),
    ),
    ...section(context, 'Running', print.table(report.running, tasks)),
    ...section(
      context,
      'Failed in the last 7 days',
      print.table(
        report.failures.slice(0, FAILED_MAX),
        tasks.filter((column) => column.header !== 'STATE'),
      ),
    ),
  ];
}

function findingLines({ print, terminal, clock }: Context, finding: Finding): string[] {
  const { severity, title, detail, at, command } = finding;
  const width = terminal.outWidth ?? Number.POSITIVE_INFINITY;
  const when = at === null ? '' : ` (${formatRelative(at.getTime(), clock.now())})`;
  const text = [`${title}${when}.`, detail].filter(Boolean).join(' ');
  return [
    `  ${print.paint(severity, severity === 'bad' ? '!' : '-')} ${cutTo(visible(text), width - 4)}`,
    `    ${print.paint('dim', command)}`,
  ];
}

function serverLines({ print }: Context, { console, principal, about }: Report): string[] {
  const { gateway, workers } = about;
  const alive = workers.filter((worker) => worker.alive);
  const hosts = [...new Set(alive.map((worker) => worker.host))].join(', ');
  return layOutRecord(
    [
      [
        ['Server', `${about.siteName} at ${console}, version ${about.version}`],
        ['Signed in as', principal],
        ['Gateway', gateway.fingerprint === null ? { text: 'not running', tone: 'bad' } : gateway.address],
        ['Fingerprint', gateway.fingerprint],
        ['Workers', alive.length > 0 ? `${alive.length} on ${hosts}` : { text: 'none', tone: 'bad' }],
      ],
    ],
    print.paint,
  );
}

function section({ print }: Context, title: string, table: string[]): string[] {
  return table.length === 0 ? [] : ['', print.paint('strong', title), ...table];
}
