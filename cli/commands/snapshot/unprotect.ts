import { defineCommand } from '../../command.ts';
import { waitOption } from '../../tasks/run-task.ts';
import { changeProtection } from './change-protection.ts';
import { snapshotArguments } from './snapshot-argument.ts';

export const command = defineCommand({
  examples: ['ironcore-backup snapshot unprotect ibs-primary:vm/12345/2026-05-02T08:11:33Z'],
  arguments: { snapshots: snapshotArguments },
  options: waitOption,
  run: (context, { snapshots, wait }) => changeProtection(context, snapshots, wait, false),
});
