import type { RefusalLog } from '#drizzle/refusals.ts';
import type { TokenChecker } from '#drizzle/tokens.ts';
import type { Ownership } from '../ownership.ts';
import type { WorkerContext } from '../worker-context.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { SharedMemory, SharedSeats } from './caller-shares.ts';
import type { GatewayCertificate } from './certificate.ts';

export interface OpenConnection {
  close(reason: string): Promise<void>;
  /** Closes it if its caller would not be let in any more. */
  recheck(): Promise<void>;
}

/** What every connection of the gateway shares. */
export interface GatewayContext {
  worker: WorkerContext;
  ownership: Ownership;
  tokens: TokenChecker;
  refusals: RefusalLog;
  keys: { ticket: Buffer; csrf: Buffer };
  certificate: GatewayCertificate;
  /** Backup and reader connections that are open now. */
  sessions: Set<OpenConnection>;
  /** Memory for what backups and readers have in hand, of all of them together. */
  transfers: ByteBudget;
  /** Memory for large bodies of ordinary requests, of all of them together. */
  bodies: SharedMemory;
  /** Snapshots whose files are being read for ordinary requests. */
  downloads: SharedSeats;
  /** Requests for such connections that are being looked at: they count as well, or a crowd would all get in. */
  opening: number;
}
