import pg from 'pg';

/** The PostgreSQL that `DATABASE_URL` names: it must let us in before anything is started. */

export async function requireDatabase(url: string): Promise<void> {
  const client = clientFor(url);
  try {
    await client.connect();
  } catch (error) {
    throw new Error(refusalOf(client, error));
  } finally {
    await client.end().catch(() => {});
  }
}

function clientFor(url: string): pg.Client {
  try {
    return new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  } catch (error) {
    throw new Error(
      `DATABASE_URL cannot be used (${reasonOf(error)}). Write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE.`,
    );
  }
}

/** What is wrong, and the remedy for just that. */
function refusalOf({ host, port, user, database }: pg.Client, error: unknown): string {
  const at = `${host}:${port}`;
  const reason = reasonOf(error);
  switch (sqlStateOf(error)) {
    case '3D000':
      return `There is no database "${database}" at ${at}. Make it (createdb --owner ${user} ${database}), or correct DATABASE_URL.`;
    case '28000':
    case '28P01':
      return `The database at ${at} does not let "${user}" in (${reason}). Correct the user and the password in DATABASE_URL.`;
    case null:
      if (reason.includes('client password')) {
        return `The database at ${at} wants a password (${reason}). Put it into DATABASE_URL.`;
      }
      return `The database at ${at} does not answer (${reason}). Start it, or unset DATABASE_URL to use the embedded one.`;
    default:
      return `The database at ${at} refuses the connection (${reason}). Correct that, or set DATABASE_URL to another one.`;
  }
}

/** Null when it is not the database that has refused. */
function sqlStateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** Of several addresses that were tried, Node tells only the code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
