import { defineCommand, UsageError } from '../../command.ts';
import { argument, expiry, flag, text } from '../../values.ts';
import { passwordOptions, readNewPassword } from './new-password.ts';

export const command = defineCommand({
  about: 'Disabling a user or changing the password ends all sessions of that user at once.',
  examples: [
    'ironcore-backup user update alice@ibs --disable',
    'ironcore-backup user update alice@ibs --change-password',
    'ironcore-backup user update alice@ibs --expires 90d',
  ],
  arguments: { user: argument('<user>', 'User, such as alice@ibs', { complete: 'user' }) },
  options: {
    enable: flag('--enable', 'Let the user sign in again'),
    disable: flag('--disable', 'Keep the user and all tokens of the user out'),
    comment: text('--comment <text>', 'Who that is'),
    expiresAt: expiry('--expires <when>', 'When access ends: 90d, a day such as 2027-01-31, or never'),
    changePassword: flag('--change-password', 'Ask for a new password'),
    ...passwordOptions,
  },
  async run(context, { user, enable, disable, comment, expiresAt, changePassword, ...given }) {
    if (enable && disable) throw new UsageError('A user is either enabled or disabled.');
    const wantsPassword = changePassword || given.password !== undefined || given.passwordFile !== undefined;
    const password = wantsPassword ? await readNewPassword(context, given, user) : undefined;
    const enabled = enable ? true : disable ? false : undefined;
    const changes = { enabled, comment, expiresAt, password };
    if (Object.values(changes).every((value) => value === undefined)) {
      throw new UsageError('There is nothing to change.', 'Give at least one option.');
    }
    await (await context.api()).user.update.mutate({ user, ...changes });
    await context.print.done({ user }, `${user} changed.`);
  },
});
