import { formatAnchor } from '#domain/audit-chain.ts';
import { readChain } from '#drizzle/audit-chain.ts';
import { unsealedCount, valuesOf } from '#drizzle/audit-log.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface AuditStatus {
  /** The newest row of the chain as `POSITION:HASH`: noted elsewhere, it proves later that nothing before it was changed. */
  anchor: string;
  /** Rows that were removed when their time had come. */
  retired: number;
  /** Rows that are kept, and in the chain. */
  sealed: number;
  /** Rows that were just written and will be taken into the chain within seconds. */
  unsealed: number;
  /** When it was last verified, and up to which row; null when it never was. */
  verifiedAt: Date | null;
  verifiedPosition: number | null;
  /** What was wrong with it then, in words; null when it was whole. */
  broken: string | null;
}

export async function auditStatus(context: ServiceContext): Promise<AuditStatus> {
  await requirePrivilege(context, '/system', 'Audit.Read');
  const { headPosition, headHash, basePosition, ...chain } = await readChain(context.db);
  return {
    anchor: formatAnchor({ position: headPosition, hash: headHash }),
    retired: basePosition,
    sealed: headPosition - basePosition,
    unsealed: await unsealedCount(context.db),
    verifiedAt: chain.verifiedAt,
    verifiedPosition: chain.verifiedPosition,
    broken: chain.broken,
  };
}

const CHOICES_MAX = 500;

/** Who and what there is to filter by. */
export async function auditChoices(
  context: ServiceContext,
): Promise<{ principals: string[]; actions: string[] }> {
  await requirePrivilege(context, '/system', 'Audit.Read');
  const [principals, actions] = await Promise.all([
    valuesOf(context.db, 'principal', CHOICES_MAX),
    valuesOf(context.db, 'action', CHOICES_MAX),
  ]);
  return { principals, actions };
}
