import { cliCommand, commandForms } from '../commands/command-text.ts';
import type { AuditListInput } from '../trpc/views.ts';
import type { CommandForm } from '../ui/CommandLine.tsx';

/** The commands that do what the page of the audit log does. */

export function listAuditCommand({ since, ...question }: AuditListInput): string {
  return cliCommand(['audit', 'list'], {
    by: question.by,
    action: question.action,
    subject: question.subject,
    result: question.outcome,
    since: since instanceof Date ? since.toISOString() : undefined,
  }).replaceAll(' \\\n ', '');
}

export function verifyAuditCommands(expect: string | null): CommandForm[] {
  return commandForms(cliCommand(['audit', 'verify'], { expect }), 'audit.verify', { expect });
}
