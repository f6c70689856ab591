/**
 * Names of tasks in the form that manifests carry (docs/formats/datastore.md):
 * `UPID:node:pid:process start:task:start:type:id:user:`, numbers in hex. Only what this product needs of it.
 */

export interface Upid {
  node: string;
  /** Whole seconds since 1970. */
  startedAt: number;
  /** Distinguishes tasks that started in the same second; 32 bits. */
  number: number;
  type: string;
  id: string;
  user: string;
}

export function formatUpid({ node, startedAt, number, type, id, user }: Upid): string {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');
  const fields = [node, hex(0), hex(0), hex(number), hex(startedAt), type, escapeId(id), user];
  return `UPID:${fields.join(':')}:`;
}

/** When a task began, in whole seconds since 1970; null for what is no such name. */
export function upidStart(text: string): number | null {
  const [prefix, , , , , start, ...rest] = text.split(':');
  if (prefix !== 'UPID' || rest.length < 3 || !/^[0-9A-Fa-f]{8,9}$/.test(start ?? '')) return null;
  return Number.parseInt(start ?? '', 16);
}

/** `/` becomes `-`, other bytes outside of letters, digits, `_` and `.` become `\xHH`, and so does a leading dot. */
function escapeId(id: string): string {
  return [...new TextEncoder().encode(id)]
    .map((byte, at) => {
      const character = String.fromCharCode(byte);
      if (character === '/') return '-';
      const isPlain = /[A-Za-z0-9_.]/.test(character) && !(at === 0 && character === '.');
      return isPlain ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}
