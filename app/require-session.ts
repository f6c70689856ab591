import { TRPCError } from '@trpc/server';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { addressOf } from './content-security-policy.ts';
import { pageCaller } from './page-context.ts';

/** Sends whoever has no session to the door, which leads back here; before the first administrator, to setup. */
export const requireSession = cache(async (): Promise<void> => {
  if (await isSignedIn()) return;
  const { needed } = await (await pageCaller()).setup.status();
  if (needed) redirect('/setup');
  const address = addressOf(await headers());
  redirect(address === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(address)}`);
});

export async function isSignedIn(): Promise<boolean> {
  try {
    await (await pageCaller()).session.me();
    return true;
  } catch (error) {
    if (error instanceof TRPCError && error.code === 'UNAUTHORIZED') return false;
    throw error;
  }
}
