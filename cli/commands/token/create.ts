import * as fs from 'node:fs';
import { BackupError } from '#domain/errors.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { codeOf, reasonOf } from '../../connect/credentials.ts';
import { argument, expiry, text } from '../../values.ts';
import { roleOption } from '../acl/role-option.ts';

export const command = defineCommand({
  about:
    'The secret is shown once and kept nowhere. With --save it goes into a file that only you can read, in the form\n' +
    'that --token-file takes. A token never may more than its user.',
  examples: [
    'ironcore-backup token create web-1 --role Datastore.Backup --datastore ibs-primary --expires 1y',
    'ironcore-backup token create monitoring --user alice@ibs --role Auditor --save /etc/ibs.token',
  ],
  arguments: { name: argument('<name>', 'Name of the token, such as web-1') },
  options: {
    user: text('--user <user>', 'Whose token (default: yours)', { complete: 'user' }),
    role: roleOption('What it may do'),
    datastore: text('--datastore <name>', 'Only on this datastore (default: everywhere)', {
      complete: 'datastore',
    }),
    namespace: text('--ns, --namespace <namespace>', 'Only in this namespace of the datastore', {
      complete: 'namespace',
    }),
    expiresAt: expiry('--expires <when>', 'When it ends: 90d, a day such as 2027-01-31, or never (default)'),
    comment: text('--comment <text>', 'What it is for'),
    save: text('--save <file>', 'Write the token into a new file instead of showing it', {
      complete: 'file',
    }),
  },
  async run(context, { name, user, role, datastore, namespace, expiresAt, comment, save }) {
    const { print } = context;
    if (!role && datastore)
      throw new UsageError('What may it do there?', 'Add --role, for example Datastore.Backup.');
    if (namespace && !datastore) throw new UsageError('--namespace needs --datastore.');
    const grants = role ? [{ role, datastore, namespace }] : [];
    const api = await context.api();
    const file = save === undefined ? null : reserve(save);
    const token = await api.token.create.mutate({ name, user, comment, expiresAt, grants }).catch((error) => {
      file?.discard();
      throw error;
    });
    if (file) {
      file.write(`${token.id}:${token.secret}\n`);
      await print.done({ id: token.id, file: save }, `${token.id} created; its secret is in ${save}.`);
    } else {
      await print.record(token, () => [
        [
          ['Token', token.id],
          ['Secret', token.secret],
        ],
      ]);
      print.say('The secret is not shown again. Programs send both as one text: TOKEN:SECRET');
    }
    if (!role)
      print.say(
        `It may do nothing yet. Grant a role: ironcore-backup acl grant --auth-id '${token.id}' --path PATH --role ROLE`,
      );
  },
});

/** Made before the token, so that no secret is lost because its file cannot be written. */
function reserve(path: string) {
  try {
    const descriptor = fs.openSync(path, 'wx', 0o600);
    return {
      write: (text: string) => {
        fs.writeSync(descriptor, text);
        fs.closeSync(descriptor);
      },
      discard: () => {
        fs.closeSync(descriptor);
        fs.rmSync(path, { force: true });
      },
    };
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') {
      throw new BackupError('TARGET_NOT_EMPTY', `${path} exists already.`, {
        hint: 'Name a new file.',
        cause,
      });
    }
    throw new BackupError('SOURCE_UNREADABLE', `Cannot write ${path}: ${reasonOf(cause)}.`, { cause });
  }
}
