import { type Context, UsageError } from './command.ts';
import { readIfThere } from './connect/credentials.ts';

/** The text of a file, or of standard input for `-`. */
export async function readTextFile(context: Context, file: string): Promise<string> {
  if (file === '-') return context.terminal.readAll();
  const text = readIfThere(file);
  if (text !== null) return text;
  throw new UsageError(`There is no file ${file}.`);
}
