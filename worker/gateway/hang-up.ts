import type { Socket } from 'node:net';

/** How long a peer gets to hang up as well. */
const PATIENCE_MS = 3000;

/**
 * Sends the last words on a socket and lets go of it. A peer that never hangs up, or goes on sending, would otherwise
 * hold the descriptor for as long as it likes.
 */
export function hangUp(socket: Socket, lastWords: string): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroySoon());
  socket.resume(); // what still comes is thrown away
  socket.end(lastWords);
}
