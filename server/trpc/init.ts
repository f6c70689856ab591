import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import { BackupError } from '#domain/errors.ts';
import { requireSession } from '../auth/require-privilege.ts';
import type { ServiceContext } from '../services/context.ts';
import { checkInput } from './check-input.ts';
import { errorShape, messageOf, toTrpcError } from './errors.ts';

const t = initTRPC.context<ServiceContext>().create({
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
const translated = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTrpcError(result.error);
  return result;
});

/** For the few things that must work without signing in. */
export const publicProcedure = translated.use(async ({ next, getRawInput }) => {
  await checkInput(getRawInput);
  return next();
});

/** Everything else: nobody gets as far as the input without a session or token. */
export const procedure = translated.use(async ({ ctx, next, getRawInput }) => {
  if (!ctx) throw new BackupError('AUTH_REQUIRED', 'Sign in, or send a valid API token.');
  await requireSession(ctx);
  await checkInput(getRawInput);
  return next();
});
