import { type Context, UsageError } from '../../command.ts';
import { readTextFile } from '../../read-text.ts';
import { text } from '../../values.ts';

export const passwordOptions = {
  passwordFile: text('--password-file <file>', 'File with the password; - for standard input', {
    complete: 'file',
    field: 'password',
  }),
  password: text('--password <password>', 'The password itself; other users of this host can see it'),
};

interface Given {
  passwordFile?: string | undefined;
  password?: string | undefined;
}

/** From a file, from the terminal typed twice, or from the command line if somebody insists. */
export async function readNewPassword(context: Context, given: Given, user: string): Promise<string> {
  const { terminal, print } = context;
  if (given.passwordFile !== undefined) {
    return (await readTextFile(context, given.passwordFile)).replace(/\r?\n$/, '');
  }
  if (given.password !== undefined) {
    print.warn(
      'warning: a password on the command line shows in the list of processes and in the shell history.',
    );
    return given.password;
  }
  if (!terminal.canAsk) {
    throw new UsageError('There is no password.', 'Pipe it in with --password-file -, or name a file.');
  }
  const first = await terminal.askSecret(`Password for ${user}: `);
  const second = await terminal.askSecret('The same again: ');
  if (first === second) return first;
  throw new UsageError('The two passwords differ.', 'Try again.');
}
