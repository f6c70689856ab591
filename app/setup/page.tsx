import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { EntryFrame } from '#components/session/EntryFrame.tsx';
import { SetupForm } from '#components/session/SetupForm.tsx';
import { pageCaller } from '../page-context.ts';

export const metadata: Metadata = { title: 'Set up' };

export default async function SetupPage() {
  const { needed } = await (await pageCaller()).setup.status();
  if (!needed) redirect('/sign-in');
  return (
    <EntryFrame>
      <SetupForm />
    </EntryFrame>
  );
}
