import { defineCommand } from '../../command.ts';
import { waitOption } from '../../tasks/run-task.ts';
import { changeProtection } from './change-protection.ts';
import { snapshotArguments } from './snapshot-argument.ts';

export const command = defineCommand({
  about: 'A protected snapshot is not removed, neither by hand nor by retention.',
  examples: ['ironcore-backup snapshot protect ibs-primary:vm/12345/2026-05-02T08:11:33Z'],
  arguments: { snapshots: snapshotArguments },
  options: waitOption,
  run: (context, { snapshots, wait }) => changeProtection(context, snapshots, wait, true),
});
