import { existsSync } from 'node:fs';

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'];

/**
 * A command that receives `signal` from the kernel when its parent dies, however it dies: so a killed
 * supervisor leaves no orphan. By way of `setpriv` of util-linux, which every Debian has; without it the
 * command runs as it is.
 */
export function underSupervisor(
  command: string[],
  signal: 'INT' | 'TERM',
  account: { uid: number; gid: number } | null,
): string[] {
  const setpriv = SETPRIV.find((path) => existsSync(path));
  if (!setpriv) return command;
  const identity = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
  return [setpriv, ...identity, `--pdeathsig=${signal}`, ...command];
}
