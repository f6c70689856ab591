import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { asBackupError, BackupError, ERROR_CODES, type ErrorCode } from '#domain/errors.ts';
import { databaseError } from '#drizzle/client.ts';
import type { ServiceContext } from '../services/context.ts';

/** What a client is told about a failure, beside tRPC's own fields. */
export interface ErrorShape {
  ibs: {
    code: ErrorCode;
    hint?: string;
    field?: string;
    /** The privileges of which one is missing, and where. */
    needs?: BackupError['needs'];
    /** All refused fields of the input. */
    fields?: { field: string; message: string; code: string; hint?: string }[];
    requestId: string;
  };
}

export function toTrpcError(error: TRPCError): TRPCError {
  if (error.cause instanceof z.ZodError || (error.code !== 'INTERNAL_SERVER_ERROR' && !error.cause))
    return error;
  const ours = asBackupError(databaseError(error.cause ?? error));
  return new TRPCError({ code: ERROR_CODES[ours.code].kind, message: ours.message, cause: ours });
}

export function errorShape(error: TRPCError, context: ServiceContext | undefined): ErrorShape {
  const requestId = context?.requestId ?? '';
  if (error.cause instanceof z.ZodError) return { ibs: { ...inputShape(error.cause), requestId } };
  const ours = error.cause instanceof BackupError ? error.cause : null;
  const code = ours?.code ?? codeOf(error);
  return {
    ibs: {
      code,
      ...(ours?.hint ? { hint: ours.hint } : {}),
      ...(ours?.field ? { field: ours.field } : {}),
      ...(ours?.needs ? { needs: ours.needs } : {}),
      requestId,
    },
  };
}

/** In words; of an input with several faults, each with its field. */
export function messageOf(error: TRPCError): string {
  if (!(error.cause instanceof z.ZodError)) return error.message;
  const { issues } = error.cause;
  if (issues.length === 1) return issues[0]?.message ?? error.message;
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ');
}

function inputShape(error: z.ZodError): Omit<ErrorShape['ibs'], 'requestId'> {
  const fields = error.issues.map((issue) => {
    const params =
      'params' in issue ? (issue.params as { code?: string; hint?: string } | undefined) : undefined;
    return {
      field: issue.path.join('.'),
      message: issue.message,
      code: params?.code ?? 'INPUT_INVALID',
      ...(params?.hint ? { hint: params.hint } : {}),
    };
  });
  const [first] = fields;
  return {
    code: (first?.code ?? 'INPUT_INVALID') as ErrorCode,
    ...(first ? { field: first.field } : {}),
    ...(first && 'hint' in first ? { hint: first.hint } : {}),
    fields,
  };
}

/** tRPC's own refusals: unknown procedures, bodies that are no JSON. */
function codeOf(error: TRPCError): ErrorCode {
  switch (error.code) {
    case 'UNAUTHORIZED':
      return 'AUTH_REQUIRED';
    case 'INTERNAL_SERVER_ERROR':
      return 'INTERNAL';
    case 'PAYLOAD_TOO_LARGE':
      return 'INPUT_TOO_LARGE';
    default:
      return 'INPUT_INVALID';
  }
}
