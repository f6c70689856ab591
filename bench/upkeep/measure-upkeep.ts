import type { Part } from '../options.ts';
import type { Keeper } from '../peers/peer.ts';
import { measureGc } from './gc.ts';
import { measureMaintenance } from './maintenance.ts';
import { measurePlan } from './plan.ts';
import type { UpkeepContext, UpkeepResult } from './upkeep.ts';
import { measureVerify } from './verify.ts';

/** Whatever of the upkeep is wanted. `keepers`: the programs that take part, asked for where they are needed. */
export async function measureUpkeep(
  context: UpkeepContext,
  result: UpkeepResult,
  keepers: () => Promise<readonly Keeper[]>,
): Promise<void> {
  const wants = (part: Part) => context.options.parts.includes(part);
  if (wants('plan')) measurePlan(context, result);
  if (wants('gc')) await measureGc(context, result);
  if (wants('verify')) await measureVerify(context, await keepers(), result);
  if (wants('maintenance')) await measureMaintenance(context, await keepers(), result);
}
