/** What a line of the log is for whoever starts the server in a terminal: time, message, and what it is about. */

const LEVELS: Record<number, string> = { 40: 'warning: ', 50: 'error: ', 60: 'error: ' };
/** Of every line, and nothing that tells one from another. */
const COMMON = new Set(['level', 'time', 'pid', 'name', 'msg', 'err']);

/** `06:12:33 datastore status (datastore main, status online)`; what is no line of the log stays as it is. */
export function readableLine(line: string): string {
  const entry = entryOf(line);
  if (entry === null) return line;
  const { level, time, msg, err } = entry;
  const at = new Date(Number(time)).toTimeString().slice(0, 8);
  const facts = Object.entries(entry)
    .filter(([key, value]) => !COMMON.has(key) && value !== '' && value !== null)
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const about = facts.length > 0 ? ` (${facts.join(', ')})` : '';
  const cause = isError(err) ? `: ${err.message}` : '';
  return `${at} ${LEVELS[Number(level)] ?? ''}${msg ?? ''}${cause}${about}\n`;
}

function entryOf(line: string): Record<string, unknown> | null {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'time' in entry ? { ...entry } : null;
  } catch {
    return null;
  }
}

function isError(value: unknown): value is { message: string } {
  return typeof value === 'object' && value !== null && 'message' in value;
}
