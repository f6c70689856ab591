/** An option with its value, any other word, or the space between two of them. */
const PIECE = /--[\w-]+ (?!-|\\)\S+|\S+|\s+/g;

/** What of a command stays on one line, in order; together they are the text. */
export function commandPieces(text: string): { id: string; piece: string }[] {
  return (text.match(PIECE) ?? []).map((piece, index) => ({ id: `${index} ${piece}`, piece }));
}
