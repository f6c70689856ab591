import { type ChainPoint, ChainWalk, formatAnchor, parseAnchor } from '#domain/audit-chain.ts';
import { BackupError } from '#domain/errors.ts';
import { countOf } from '#domain/units.ts';
import { type ChainRow, contentOf, readChain, sealAudit, sha256 } from '#drizzle/audit-chain.ts';
import { chainPage, RETIRE } from '#drizzle/audit-log.ts';
import type { Transaction } from '#drizzle/client.ts';
import { auditChain } from '#drizzle/schema/system.ts';
import type { TaskContext, TaskHandler, TaskOutcome } from './task-context.ts';

type VerifyContext = Pick<TaskContext<'audit.verify'>, 'payload' | 'signal' | 'progress'> & {
  worker: Pick<TaskContext<'audit.verify'>['worker'], 'db' | 'clock'>;
};

const PAGE = 2000;

/** What a walk along the chain has found. */
interface Walked {
  rows: number;
  head: ChainPoint;
  /** In words; null when everything holds. */
  broken: string | null;
  /** Where the noted hash stands; null when it stands nowhere, or none was noted. */
  anchor: ChainPoint | null;
}

/** Reads every row in one view of the database, so that what is written meanwhile does not look like a break. */
export const handleAuditVerify: TaskHandler<'audit.verify'> = (context) => verifyChain(context);

export async function verifyChain(context: VerifyContext): Promise<TaskOutcome> {
  const { db, clock } = context.worker;
  await sealAudit(db);
  const walked = await db.transaction((tx) => walk(tx, context), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  });
  const { broken, head } = walked;
  await db
    .update(auditChain)
    .set({ verifiedAt: new Date(clock.now()), verifiedPosition: head.position, broken });
  return outcomeOf(walked, context.payload.expect);
}

async function walk(tx: Transaction, { payload, signal, progress }: VerifyContext): Promise<Walked> {
  const chain = await readChain(tx);
  const noted = payload.expect === null ? null : parseAnchor(payload.expect);
  const start = { position: chain.basePosition, hash: chain.baseHash };
  const steps = new ChainWalk(start, sha256);
  const isNoted = ({ position, hash }: ChainPoint) =>
    noted?.hash === hash && (noted.position ?? position) === position;
  let anchor = isNoted(start) ? start : null;
  let retired: unknown = null;
  let rows = 0;
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const page = await chainPage(tx, { after, limit: PAGE });
    for (const row of page) {
      const { position, previousHash, hash } = row;
      const chained = {
        ...contentOf(row),
        ...{ position: position ?? 0, previousHash: previousHash ?? '', hash: hash ?? '' },
      };
      steps.add(chained);
      if (isNoted(chained)) anchor = { position: chained.position, hash: chained.hash };
      if (row.action === RETIRE) retired = row.detail;
    }
    rows += page.length;
    progress({ phase: 'Rows', done: rows, total: chain.headPosition - chain.basePosition, unit: 'rows' });
    after = page.at(-1)?.position ?? after;
    if (page.length < PAGE || steps.broken) break;
  }
  const head = { position: chain.headPosition, hash: chain.headHash };
  const broken = steps.end(head)?.words ?? wrongStart(chain, retired);
  return { rows, head: broken === null ? head : steps.last, broken, anchor };
}

/** Rows go when their time has come, and a row of the log says up to where. */
function wrongStart({ basePosition, baseHash }: ChainRow, retired: unknown): string | null {
  if (basePosition === 0) return null;
  const { through, hash } = (retired ?? {}) as { through?: unknown; hash?: unknown };
  if (through === basePosition && hash === baseHash) return null;
  return `Rows 1 to ${basePosition} were removed, and no row of the log says that their time had come.`;
}

function outcomeOf({ rows, head, broken, anchor }: Walked, expect: string | null): TaskOutcome {
  const result = { rows, anchor: formatAnchor(head), broken };
  if (broken !== null) {
    const hint = 'Somebody changed the database itself. Compare with an export or a backup of it.';
    return { outcome: broken, result, failure: new BackupError('AUDIT_CHAIN_BROKEN', broken, { hint }) };
  }
  if (expect !== null && anchor === null) {
    const outcome =
      'The chain is whole in itself, and has no row with the hash that was noted: it was made anew.';
    const hint = 'It can also have been noted before rows that were removed since, when their time had come.';
    return { outcome, result, failure: new BackupError('AUDIT_ANCHOR_MISSING', outcome, { hint }) };
  }
  const same = anchor === null ? '' : ` Row ${anchor.position} has the hash that was noted.`;
  return { outcome: `${countOf(rows, 'row')}, all as they were written.${same}`, result };
}
