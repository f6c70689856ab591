import { isRefusal, isRefusedChange } from '#domain/audit-log.ts';
import type { BackupError } from '#domain/errors.ts';
import { actor, type ServiceContext } from '../services/context.ts';

/** What was called, as far as the audit log tells of it. */
interface Call {
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  readInput: () => Promise<unknown>;
}

const SUBJECT_MAX = 200;

/**
 * A refused attempt goes to the audit log: who wanted to change what, and may not or was told that it is not there; and
 * who asked for what is not for them. Asking without having signed in is what every page does whose session has ended.
 */
export async function noteRefusedCall(
  context: ServiceContext,
  call: Call,
  error: BackupError,
): Promise<void> {
  const isChange = call.type === 'mutation';
  if (isChange ? !isRefusedChange(error.code) : context.caller === null || !isRefusal(error.code)) return;
  const input = await call.readInput().catch(() => null);
  await context.runtime.refusals.note({
    ...actor(context),
    action: call.path,
    subject: subjectOf(input) ?? call.path,
    code: error.code,
    ...(error.needs ? { detail: { needs: error.needs } } : {}),
  });
}

/** What an input is about, by the fields that say so in all of ours: `ibs-primary:vm/100`. It is not checked yet. */
function subjectOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return null;
  const fields = input as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === 'string' ? (fields[name] as string) : '');
  const place = [text('namespace'), text('type'), text('id')].filter((part) => part !== '').join('/');
  const one = text('datastore') || text('name') || text('user') || text('principal');
  const subject = [one, place].filter((part) => part !== '').join(':') || text('path');
  const storable = subject.replaceAll('\0', '').toWellFormed().slice(0, SUBJECT_MAX).toWellFormed();
  return storable === '' ? null : storable;
}
