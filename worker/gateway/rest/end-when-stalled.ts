import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PatienceMs } from '../../env.ts';

/**
 * Ends the connection of a peer that does not go on with the body it has begun, or takes nothing of its answer. What it
 * was given meanwhile, such as memory, a seat or the lock of a snapshot, comes back by the end of the connection.
 *
 * The timer of the socket starts anew with every byte that comes or goes. It also runs out while we are the ones that
 * are slow; then it is wound up again.
 */
export function endWhenStalled(
  request: IncomingMessage,
  response: ServerResponse,
  patience: PatienceMs,
): void {
  const { socket } = request;
  const wind = () => socket.setTimeout(isBodyDue(request) ? patience.body : patience.reader);
  response.on('timeout', () => {
    if (isWaitingForBody(request) || isWaitingForReader(response)) socket.destroy();
    else wind();
  });
  // Behind the answer it is the server that decides how long a connection may be idle.
  request.once('end', () => !response.writableFinished && wind());
  wind();
}

function isBodyDue({ headers, complete }: IncomingMessage): boolean {
  const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && !complete;
}

/** One that is not being read, or not for the moment, waits for us. */
function isWaitingForBody(request: IncomingMessage): boolean {
  return isBodyDue(request) && request.readableFlowing === true;
}

function isWaitingForReader(response: ServerResponse): boolean {
  return response.writableNeedDrain || (response.writableEnded && !response.writableFinished);
}
