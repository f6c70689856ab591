import { BackupError } from '#domain/errors.ts';

/** How deep values may lie in each other; no procedure needs more than a few levels. */
const DEPTH_MAX = 32;

/**
 * Refuses what no procedure can take, so that none has to think of it: a request that cannot be read, and text that the
 * database cannot keep, wherever it stands. INPUT_INVALID with the field.
 */
export async function checkInput(readInput: () => Promise<unknown>): Promise<void> {
  const input = await readInput().catch((error) => {
    const known = [error, error?.cause].find((each) => each instanceof BackupError);
    if (known) throw known;
    throw new BackupError('INPUT_INVALID', 'The request is not JSON of the form that the API expects.', {
      hint: 'Send {"json": INPUT}; docs/api.md has examples.',
      cause: error,
    });
  });
  const found = findUnstorable(input, []);
  if (found === null) return;
  throw new BackupError('INPUT_INVALID', 'The text has a NUL or half of a character in it.', {
    field: found.join('.'),
    hint: 'Send well-formed Unicode without U+0000.',
  });
}

/** The place of the first such text; null when there is none. Keys of objects count as well. */
function findUnstorable(value: unknown, at: readonly string[]): readonly string[] | null {
  if (typeof value === 'string') return isStorable(value) ? null : at;
  if (typeof value !== 'object' || value === null) return null;
  if (at.length > DEPTH_MAX)
    throw new BackupError('INPUT_INVALID', 'The input is nested too deeply.', { field: at[0] });
  for (const [key, inner] of Object.entries(value)) {
    const place = [...at, key];
    const found = isStorable(key) ? findUnstorable(inner, place) : place;
    if (found !== null) return found;
  }
  return null;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
