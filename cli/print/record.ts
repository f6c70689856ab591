import type { Paint } from './style.ts';
import type { Cell } from './table.ts';
import { displayWidth, padTo, plainSpaces, visible } from './visible-text.ts';

/** One thing with its properties: a label and a value a line, in blocks. A null value leaves its line out. */
export type Field = readonly [label: string, value: Cell | null];
export type Block = readonly Field[];

export function layOutRecord(blocks: readonly Block[], paint: Paint): string[] {
  const shown = blocks
    .map((block) => block.filter(([, value]) => value !== null))
    .filter((block) => block.length > 0);
  const width = Math.max(...shown.flat().map(([label]) => displayWidth(label)), 0);
  return shown.flatMap((block, index) => [
    ...(index > 0 ? [''] : []),
    ...block.map((field) => fieldLine(field, width, paint)),
  ]);
}

function fieldLine([label, value]: Field, width: number, paint: Paint): string {
  const { text, tone } =
    typeof value === 'string' || value === null ? { text: value ?? '', tone: null } : value;
  return `${paint('dim', padTo(label, width, 'right'))}  ${paint(tone, visible(plainSpaces(text)))}`.trimEnd();
}
