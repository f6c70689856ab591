/**
 * Text for a terminal. Names, notes and messages come from backups and other people: a control character in them
 * must never reach the terminal, where it could move the cursor, hide lines or rename the window.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** On one line, with control characters written out. */
export function visible(text: string): string {
  return text.replace(CONTROL, (character) => {
    if (character === '\n') return ' ';
    const code = character.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u{${code.toString(16).padStart(4, '0')}}`;
  });
}

/** The same, but lines and tabs stay. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}

const ASCII: Record<string, string> = {
  '\u2014': '-',
  '\u2026': '~',
  '\u00d7': 'x',
  '\u00b7': '-',
  '\u2192': '>',
  '\u201c': '"',
  '\u201d': '"',
};

/** What we write ourselves, for a terminal that only knows ASCII; the widths stay the same. */
export function asciiOnly(text: string): string {
  return text.replace(
    /[\u2014\u2026\u00d7\u00b7\u2192\u201c\u201d]/g,
    (character) => ASCII[character] ?? '?',
  );
}

/** Spaces that do not break are for pages; what a terminal shows must be found again by typing it. */
export function plainSpaces(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

const COMBINING = /\p{Mark}/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that the text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The text in at most `width` columns, with … where something is missing. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

export function padTo(text: string, width: number, side: 'left' | 'right'): string {
  const fill = ' '.repeat(Math.max(width - displayWidth(text), 0));
  return side === 'left' ? fill + text : text + fill;
}

/** The text broken between words into lines of at most `width` columns; a longer word has a line of its own. */
export function wrapTo(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
