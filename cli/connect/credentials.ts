import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { BackupError } from '#domain/errors.ts';

/** What `login` remembers: a token for each server, and which server is meant when none is named. */
export interface Credentials {
  current: string | null;
  servers: Record<string, SavedLogin>;
}

export interface SavedLogin {
  /** `user@realm!name:secret`. */
  token: string;
  principal: string;
  /** ISO time. */
  savedAt: string;
}

export function readCredentials(file: string): Credentials {
  const text = readIfThere(file);
  if (text === null) return { current: null, servers: {} };
  const parsed = parse(text);
  if (parsed) return parsed;
  throw new BackupError('INPUT_INVALID', `${file} cannot be read as saved logins.`, {
    hint: 'Remove it and log in again.',
  });
}

/** Readable by its owner only, and never half written. */
export function writeCredentials(file: string, credentials: Credentials): void {
  try {
    fs.mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, `${JSON.stringify({ version: 1, ...credentials }, null, 2)}\n`, {
      mode: 0o600,
    });
    fs.chmodSync(temporary, 0o600);
    fs.renameSync(temporary, file);
  } catch (cause) {
    throw new BackupError('SOURCE_UNREADABLE', `Cannot write ${file}: ${reasonOf(cause)}.`, { cause });
  }
}

/** Null when the file is not there. */
export function readIfThere(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return null;
    throw new BackupError('SOURCE_UNREADABLE', `Cannot read ${file}: ${reasonOf(cause)}.`, {
      hint:
        codeOf(cause) === 'EACCES'
          ? 'It belongs to another user; run the command as that one, or log in.'
          : '',
      cause,
    });
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The words of the system without its codes and paths. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^[A-Z]+: /, '').replace(/, [a-z]+ '.*$/, '');
}

function parse(text: string): Credentials | null {
  try {
    const value = JSON.parse(text) as Partial<Credentials>;
    const servers = value.servers ?? {};
    const whole = Object.values(servers).every((login) => typeof login?.token === 'string');
    return whole ? { current: value.current ?? null, servers } : null;
  } catch {
    return null;
  }
}
