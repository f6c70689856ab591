import { commandPieces } from './command-pieces.ts';

/** A command that wraps between its words only: never behind dashes, and not between an option and its value. */
export function CommandWords({ text }: { text: string }) {
  return commandPieces(text).map(({ id, piece }) =>
    piece.trim() === '' ? (
      piece
    ) : (
      <span key={id} className="inline-block max-w-full">
        {piece}
      </span>
    ),
  );
}
