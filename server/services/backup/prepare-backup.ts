import type { z } from 'zod';
import { CreateTokenInput } from '#domain/account.ts';
import { formatGroupPath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { GroupInput, groupOf } from '#domain/snapshot.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { about } from '../system/about.ts';
import { createToken, type NewToken } from '../token/create-token.ts';

export const PrepareBackupInput = GroupInput.extend({
  tokenName: CreateTokenInput.shape.name,
  expiresAt: CreateTokenInput.shape.expiresAt,
});
export type PrepareBackupInput = z.infer<typeof PrepareBackupInput>;

export interface PreparedBackup {
  token: NewToken;
  server: string;
  fingerprint: string | null;
  /** `ibs-primary:production/host/web-1`, to recognise the first snapshot by. */
  group: string;
}

/** Everything that a machine needs for its first backup: a token that can do just that, and where to send it. */
export async function prepareBackup(
  context: ServiceContext,
  input: PrepareBackupInput,
): Promise<PreparedBackup> {
  await requirePrivilege(context, datastorePath(input.datastore, input.namespace), 'Datastore.Backup');
  const row = await findDatastore(context.db, input.datastore);
  const group = `${row.name}:${formatGroupPath(groupOf(input))}`;
  const token = await createToken(context, {
    name: input.tokenName,
    comment: `Backs up ${group}`,
    expiresAt: input.expiresAt,
    grants: [{ datastore: input.datastore, namespace: input.namespace, role: 'Datastore.Backup' }],
  });
  const { gateway } = await about(context);
  return { token, server: gateway.address, fingerprint: gateway.fingerprint, group };
}
