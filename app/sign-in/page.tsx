import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { EntryFrame } from '#components/session/EntryFrame.tsx';
import { SignInCard } from '#components/session/SignInCard.tsx';
import { safeDestination } from '#components/session/safe-destination.ts';
import { pageCaller } from '../page-context.ts';
import type { SearchParams } from '../page-parameters.ts';
import { isSignedIn } from '../require-session.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const { to } = await searchParams;
  const destination = safeDestination(to);
  const { needed } = await (await pageCaller()).setup.status();
  if (needed) redirect('/setup');
  if (await isSignedIn()) redirect(destination);
  return (
    <EntryFrame>
      <SignInCard destination={destination} />
    </EntryFrame>
  );
}
