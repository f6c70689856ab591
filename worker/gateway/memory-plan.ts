/**
 * How much memory clients can make the gateway hold, whatever they do. Two things add up for a connection: bodies that
 * are being worked on (budgets), and bytes that have come for calls whose turn it is not yet (windows).
 *
 * The windows have to be small: Node opens the window of the *connection* again as soon as bytes arrive, read or not, so
 * only those of the streams keep a client from sending. With 32 MiB for each of 256 streams, one client that sends
 * bodies on all of them makes the process use gigabytes.
 */

const MIB = 1024 * 1024;

/** Calls that one client may have open; it waits with the others. Clients keep up to 64 uploads under way. */
export const STREAMS_MAX = 100;
/** Of the connection. Only tells clients not to hold back; it bounds nothing. */
export const CONNECTION_WINDOW_BYTES = 32 * MIB;

/** Connections of any kind: each costs some ten kilobytes before its peer has said who it is. */
export const CONNECTIONS_MAX = 2048;

const FEW_CONNECTIONS = 8;

/** What a client may send on one stream before its call is read: the more clients there are, the less. */
export function streamWindowBytes(connections: number): number {
  return connections < FEW_CONNECTIONS ? 256 * 1024 : 64 * 1024;
}

/** Parameters of a call may come as a body: so much of one is read at once, and all of it one after the other. */
export const PARAMETERS_FREE_BYTES = 16 * 1024;
export const PARAMETERS_MAX_BYTES = 512 * 1024;
/** Large ones that one connection may have in hand. */
export const PARAMETERS_BYTES = 2 * PARAMETERS_MAX_BYTES;

/** Chunks and blobs that one backup may have in hand: at least one of the largest. */
export const UPLOAD_BYTES = 20 * MIB;
/** Pieces of files and chunks on their way to one client. */
export const SENDING_BYTES = 32 * MIB;
/** Of a backup, which only sends files of the snapshot before. */
export const PREVIOUS_BYTES = 8 * MIB;
/** All connections together, beyond the one thing that each may always have in hand. */
export const TRANSFERS_BYTES = 512 * MIB;
/** Logs and blobs of ordinary requests, all together: at least one of the largest. */
export const BODIES_BYTES = 160 * MIB;
/** Of memory for these, what is kept for later. */
export const KEPT_BYTES = 32 * MIB;
