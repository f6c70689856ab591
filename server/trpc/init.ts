import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import { BackupError } from '#domain/errors.ts';
import { requireSession } from '../auth/require-privilege.ts';
import { requireRecentPassword } from '../auth/require-recent-password.ts';
import type { ServiceContext } from '../services/context.ts';
import { noteRefusedCall } from './audit-refusal.ts';
import { checkInput } from './check-input.ts';
import { errorShape, messageOf, toTrpcError } from './errors.ts';

export interface ProcedureMeta {
  /** Wants a recent password of a session: always, or for such inputs, which are not checked yet. */
  wantsPassword?: true | ((input: unknown) => boolean);
}

/** For procedures that can also only tell what they would do. */
export function unlessDryRun(input: unknown): boolean {
  return (input as { dryRun?: unknown } | null | undefined)?.dryRun !== true;
}

const t = initTRPC
  .context<ServiceContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    errorFormatter: ({ shape, error, ctx }) => ({
      ...shape,
      message: messageOf(error),
      data: { ...shape.data, ...errorShape(error, ctx) },
    }),
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Foreign errors become ours at this door, so that nothing internal gets out. */
const translated = t.procedure.use(async ({ ctx, path, type, next, getRawInput }) => {
  const result = await next();
  if (result.ok) return result;
  const error = toTrpcError(result.error);
  const cause = error.cause instanceof BackupError ? error.cause : null;
  if (ctx && cause) await noteRefusedCall(ctx, { path, type, readInput: getRawInput }, cause);
  throw error;
});

/** For the few things that must work without signing in. */
export const publicProcedure = translated.use(async ({ next, getRawInput }) => {
  await checkInput(getRawInput);
  return next();
});

/** Everything else: nobody gets as far as the input without a session or token. */
export const procedure = translated.use(async ({ ctx, meta, next, getRawInput }) => {
  if (!ctx) throw new BackupError('AUTH_REQUIRED', 'Sign in, or send a valid API token.');
  await requireSession(ctx);
  await checkInput(getRawInput);
  const wants = meta?.wantsPassword;
  if (wants === true || wants?.(await getRawInput())) await requireRecentPassword(ctx);
  return next();
});
