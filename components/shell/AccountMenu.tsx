'use client';

import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { ChangePasswordDialog } from '../session/ChangePasswordDialog.tsx';
import { sendSignOut } from '../session/send-sign-in.ts';
import { UserMenu } from './UserMenu.tsx';

export function AccountMenu({ userId }: { userId: string }) {
  const [changing, setChanging] = useState(false);
  // A fresh load of the door leaves nothing of the session in memory.
  const signOut = () => sendSignOut().then(() => location.assign('/sign-in'));
  return (
    <>
      <UserMenu
        userId={userId}
        entries={[{ label: 'Change password…', icon: <KeyRound />, onSelect: () => setChanging(true) }]}
        onSignOut={signOut}
      />
      <ChangePasswordDialog open={changing} onOpenChange={setChanging} />
    </>
  );
}
