import { BackupError } from '#domain/errors.ts';
import { type Context, UsageError } from './command.ts';

/** Questions before something goes. The default is always no. */

export async function confirm(context: Context, before: readonly string[], question: string): Promise<void> {
  for (const line of before) context.print.warn(line);
  const answer = await context.terminal.ask(`${context.print.fitting(question)} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw nothingDone();
}

/** For what cannot be undone: the name must be typed. */
export async function confirmName(context: Context, before: readonly string[], name: string): Promise<void> {
  for (const line of before) context.print.warn(line);
  const answer = await context.terminal.ask(`Type the name to go on: `);
  if (answer.trim() !== name) throw nothingDone();
}

/** Agreed by `--yes`, or at the terminal; without either it is refused. */
export async function agree(
  context: Context,
  yes: boolean,
  before: readonly string[],
  question: string,
): Promise<void> {
  if (yes) return;
  if (!context.terminal.canAsk)
    throw new UsageError('Nobody is here to agree.', 'To go on without a question, add --yes.');
  await confirm(context, before, question);
}

function nothingDone(): BackupError {
  return new BackupError('CANCELLED', 'Nothing was changed.');
}
