import { z } from 'zod';
import type { SignInInput } from '#domain/account.ts';
import type { ErrorDetails } from '../ui/error-details.ts';

const Refusal = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  requestId: z.string().optional(),
});

const UNREACHABLE: ErrorDetails = {
  code: 'SERVER_UNREACHABLE',
  message: 'The server does not answer.',
  hint: 'Check that it runs and that this computer reaches it, then try again.',
};

/** Null when it went well; the browser then holds the session's cookie. */
export async function sendSignIn(input: SignInInput): Promise<ErrorDetails | null> {
  try {
    const response = await fetch('/api/session/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    if (response.ok) return null;
    const refusal = Refusal.safeParse(await response.json());
    return refusal.success ? refusal.data : UNREACHABLE;
  } catch {
    return UNREACHABLE;
  }
}

export async function sendSignOut(): Promise<void> {
  await fetch('/api/session/sign-out', { method: 'POST' }).catch(() => {}); // the door is where it ends either way
}
