import { DATASTORE_KINDS } from '#domain/datastore.ts';
import type { Context } from '../../command.ts';
import { flag, requiredChoice, requiredText, text } from '../../values.ts';
import { showPlace } from './show-place.ts';

/** What creating and adopting a datastore ask alike. */
export const placeOptions = {
  name: requiredText('--name <name>', 'Name of the datastore'),
  type: requiredChoice('--type <type>', DATASTORE_KINDS, 'Kind of storage'),
  path: requiredText('--path <path>', 'Directory on the server', { complete: 'directory' }),
  comment: text('--comment <text>', 'What it is for'),
  sameFilesystemReason: text(
    '--same-filesystem-reason <text>',
    'Why it may share a filesystem with another datastore',
  ),
  dryRun: flag('--dry-run', 'Only look at the directory and say what speaks against it'),
};

/** The look at the place that `--dry-run` stops after. */
export async function onlyLook(context: Context, path: string, purpose: 'create' | 'adopt'): Promise<void> {
  const api = await context.api();
  await showPlace(context, await api.datastore.inspectPath.mutate({ path, purpose }), purpose);
}
