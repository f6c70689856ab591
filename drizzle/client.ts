import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { BackupError } from '#domain/errors.ts';

/** The connection to PostgreSQL: one pool a process. */

export type Database = NodePgDatabase;
/** Inside a transaction the same calls are available. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
export type Executor = Database | Transaction;

export interface DatabaseHandle {
  db: Database;
  pool: pg.Pool;
  url: string;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5000;
/** A query that runs longer has lost its way, and would hold a connection that others need. */
const STATEMENT_TIMEOUT_MS = 30_000;

export function connect(
  url: string,
  options: { max?: number; applicationName?: string } = {},
): DatabaseHandle {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'ironcore-backup',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  });
  // A lost idle connection is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {});
  // So would one that is lost while a transaction holds it between two queries: the next query tells of it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return { db: withTransactions(pool), pool, url, close: () => pool.end() };
}

/**
 * The library forgets to give a connection back that is lost before its transaction has begun: after a few restarts of
 * the database none would be left. So connections of transactions are taken and given back here.
 */
function withTransactions(pool: pg.Pool): Database {
  const db = drizzle(pool);
  const transaction: Database['transaction'] = async (work, config) => {
    const client = await pool.connect();
    try {
      return await drizzle(client).transaction(work, config);
    } finally {
      client.release();
    }
  };
  return Object.assign(db, { transaction });
}

const CONNECTION_LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08006',
]);

/** Turns a lost database into an error that says so; anything else stays what it is. */
export function databaseError(error: unknown): unknown {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at ? String(at.code) : '';
    const text = at.message;
    if (
      CONNECTION_LOST.has(code) ||
      /Connection terminated|timeout exceeded when trying to connect|is not queryable/.test(text)
    ) {
      return new BackupError('DATABASE_UNAVAILABLE', 'The database does not answer.', {
        hint: 'It is usually back within seconds; try again.',
        cause: error,
      });
    }
  }
  return error;
}

/** A constraint of the database said no; `constraint` names it. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('constraint' in at && at.constraint === constraint) return true;
  }
  return false;
}
