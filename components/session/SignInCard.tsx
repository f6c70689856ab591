'use client';

import { EntryCard } from './EntryFrame.tsx';
import { SignInForm } from './SignInForm.tsx';

/** Loads the console anew, so that nothing of an earlier session is left in the page. */
export function SignInCard({ destination }: { destination: string }) {
  return (
    <EntryCard title="Sign in">
      <SignInForm onSignedIn={() => location.assign(destination)} />
    </EntryCard>
  );
}
