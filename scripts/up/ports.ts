import { createServer } from 'node:net';

/** Fails in one line with the remedy when a port cannot be listened on. */
export async function requirePort(host: string, port: number, variable: string): Promise<void> {
  const problem = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
  if (problem === null) return;
  if (problem.code === 'EADDRINUSE') {
    throw new Error(
      `Port ${port} on ${host} is in use. Stop what uses it, or set ${variable} to another port.`,
    );
  }
  throw new Error(`Cannot listen on ${host} port ${port} (${problem.code}). Set IBS_HOST or ${variable}.`);
}
