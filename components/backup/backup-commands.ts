import { cliCommand, shellWord } from '../commands/command-text.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';

/** What is to be run on the machine that is backed up. The secret never stands in an argument list. */

export interface BackupCommandFacts {
  /** `host:port` of the gateway. */
  server: string;
  fingerprint: string | null;
  token: { id: string; secret: string };
  datastore: string;
  namespace: string;
  type: string;
  id: string;
  /** `root.pxar:/` and the like. */
  sources: readonly string[];
}

const TOKEN_FILE = '~/.ironcore-backup-token';

export function backupCommands(facts: BackupCommandFacts): CommandForm[] {
  return [
    { name: 'Environment', text: withEnvironment(facts) },
    { name: 'Token file', text: withTokenFile(facts) },
    { name: 'proxmox-backup-client', text: withProxmoxClient(facts) },
  ];
}

function withEnvironment(facts: BackupCommandFacts): string {
  return [`export IBS_TOKEN=${shellWord(credential(facts))}`, backupCommand(facts, {})].join('\n');
}

function withTokenFile(facts: BackupCommandFacts): string {
  return [
    `(umask 077; cat > ${TOKEN_FILE}) <<'END'`,
    credential(facts),
    'END',
    backupCommand(facts, { 'token-file': TOKEN_FILE }).replace(`'${TOKEN_FILE}'`, TOKEN_FILE),
  ].join('\n');
}

function backupCommand(facts: BackupCommandFacts, more: Record<string, string>): string {
  return cliCommand(['backup', ...facts.sources], {
    datastore: facts.datastore,
    ns: facts.namespace,
    'backup-type': facts.type,
    'backup-id': facts.id,
    server: facts.server,
    fingerprint: facts.fingerprint,
    ...more,
  });
}

/** Machines that already run the other client need no new one. */
function withProxmoxClient(facts: BackupCommandFacts): string {
  const words = [
    `proxmox-backup-client backup ${facts.sources.map(shellWord).join(' ')}`,
    ...(facts.namespace ? [`--ns ${shellWord(facts.namespace)}`] : []),
    `--backup-type ${facts.type}`,
    `--backup-id ${shellWord(facts.id)}`,
  ];
  return [
    `export PBS_REPOSITORY=${shellWord(`${facts.token.id}@${facts.server}:${facts.datastore}`)}`,
    `export PBS_PASSWORD=${shellWord(facts.token.secret)}`,
    ...(facts.fingerprint ? [`export PBS_FINGERPRINT=${facts.fingerprint}`] : []),
    words.join(' \\\n  '),
  ].join('\n');
}

function credential({ token }: BackupCommandFacts): string {
  return `${token.id}:${token.secret}`;
}

/** Whether only programs on the server itself reach the address. */
export function isLoopback(server: string): boolean {
  return /^(127\.|localhost(:|$)|\[::1\])/.test(server);
}
