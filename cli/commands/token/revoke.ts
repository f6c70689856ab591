import { countOf } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { type Context, defineCommand } from '../../command.ts';
import type { TokenRevocation } from '../../connect/api.ts';
import { flag, severalArguments } from '../../values.ts';
import { grantsText } from '../acl/grants-text.ts';

export const command = defineCommand({
  about:
    'Counts at once, everywhere; grants of the tokens go as well. Asks before it begins; without a terminal it needs\n' +
    '--yes. When one of several does not exist, none is revoked.',
  examples: [
    "ironcore-backup token revoke 'alice@ibs!web-1' --dry-run",
    "ironcore-backup token revoke 'alice@ibs!web-1' --yes",
  ],
  arguments: {
    ids: severalArguments('<tokens...>', 'Token, such as alice@ibs!web-1', {
      complete: 'token',
      field: 'id',
    }),
  },
  options: {
    dryRun: flag('--dry-run', 'Only say what would go'),
    yes: flag('-y, --yes', 'Do not ask'),
  },
  async run(context, { ids, dryRun = false, yes = false }) {
    const { print } = context;
    const api = await context.api();
    const plan: TokenRevocation[] = [];
    for (const id of new Set(ids)) plan.push(await api.token.revoke.mutate({ id, dryRun: true }));
    if (dryRun) return print.value(plan, () => [...whatGoes(context, plan), 'Nothing was changed.']);
    await agree(context, yes, whatGoes(context, plan), `Revoke ${countOf(plan.length, 'token')}?`);
    await print.deeds(
      (async function* () {
        for (const { id } of plan) {
          const value = await api.token.revoke.mutate({ id });
          yield { value, line: `${id} revoked.` };
        }
      })(),
    );
  },
});

function whatGoes({ print }: Context, plan: readonly TokenRevocation[]): string[] {
  return plan.map(({ id, lastUsedAt, grants }) => {
    const used = lastUsedAt === null ? 'never used' : `last used ${print.cells.moment(lastUsedAt)}`;
    const held = grants.length > 0 ? ` with ${grantsText(grants)}` : '';
    return `Goes: ${id}${held}, ${used}.`;
  });
}
