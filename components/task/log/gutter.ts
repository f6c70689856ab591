/** What stands before the text of a line, in characters: number, time where there is room, level. */

const NUMBER = 6;
const TIME = 19;
const LEVEL = 5;
const GAP = 2;

/** Boxes narrower than this show no time; the tooltip of a line number still does. */
const ROOM_FOR_TIME = 90;
/** Text is never squeezed below this. */
const TEXT_MIN = 10;

export interface Gutter {
  showsTime: boolean;
  characters: number;
  /** Left for the text. */
  textColumns: number;
}

export function gutterFor(columns: number): Gutter {
  const showsTime = columns >= ROOM_FOR_TIME;
  const characters = NUMBER + GAP + (showsTime ? TIME + GAP : 0) + LEVEL + GAP;
  return { showsTime, characters, textColumns: Math.max(TEXT_MIN, columns - characters) };
}

/** Spaces that put a line number flush right. */
export function beforeNumber(number: number): string {
  return ' '.repeat(Math.max(0, NUMBER - String(number).length));
}

export const GAP_TEXT = ' '.repeat(GAP);

export function levelText(word: string): string {
  return word.padEnd(LEVEL);
}
