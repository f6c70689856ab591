import { defineCommand } from '../../command.ts';
import { argument, text } from '../../values.ts';
import { roleOption } from '../acl/role-option.ts';
import { passwordOptions, readNewPassword } from './new-password.ts';

export const command = defineCommand({
  about: 'Asks for the password at a terminal; scripts pipe it in with --password-file -.',
  examples: [
    'ironcore-backup user create alice@ibs --role Auditor',
    'pwgen 20 1 | ironcore-backup user create alice@ibs --password-file -',
  ],
  arguments: { user: argument('<user>', 'New user, such as alice@ibs') },
  options: {
    role: roleOption('Role on everything; finer grants are made by "acl update"'),
    comment: text('--comment <text>', 'Who that is'),
    ...passwordOptions,
  },
  async run(context, { user, role, comment, ...given }) {
    const password = await readNewPassword(context, given, user);
    await (await context.api()).user.create.mutate({ user, role, comment, password });
    await context.print.done({ user }, `${user} created.`);
    if (!role) {
      context.print.say('It may do nothing yet. Grant a role: ironcore-backup acl update --help');
    }
  },
});
