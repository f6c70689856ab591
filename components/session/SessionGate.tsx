'use client';

import { useQueryClient } from '@tanstack/react-query';
import { Dialog as Primitive } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { cn } from '../ui/class-names.ts';
import { BACKDROP_OVER, CENTERED, PANEL } from '../ui/overlay-classes.ts';
import { PasswordGate } from './PasswordGate.tsx';
import { SignInForm } from './SignInForm.tsx';
import { onSessionChange, sessionEnded, setSessionEnded } from './session-state.ts';

const never = () => false;

/**
 * When the session ends while a page is open, the page stays as it is, with what was typed into it, and asks to
 * sign in over it. Somebody else who signs in here gets a fresh page.
 */
export function SessionGate({ user }: { user: string }) {
  const ended = useSyncExternalStore(onSessionChange, sessionEnded, never);
  const queries = useQueryClient();
  const resume = (signedIn: string) => {
    if (!isSameUser(signedIn, user)) {
      location.assign('/');
      return;
    }
    setSessionEnded(false);
    void queries.invalidateQueries();
  };
  return (
    <>
      <PasswordGate user={user} />
      <SessionEnded open={ended} user={user} onSignedIn={resume} />
    </>
  );
}

interface SessionEndedProps {
  open: boolean;
  user: string;
  onSignedIn: (user: string) => void;
}

function SessionEnded({ open, user, onSignedIn }: SessionEndedProps) {
  return (
    <Primitive.Root open={open}>
      <Primitive.Portal>
        <Primitive.Overlay className={BACKDROP_OVER} />
        <Primitive.Content
          onEscapeKeyDown={(event) => event.preventDefault()}
          onInteractOutside={(event) => event.preventDefault()}
          onOpenAutoFocus={focusPanel}
          className={cn(PANEL, CENTERED, 'max-w-100 gap-4 p-5')}
        >
          <div className="grid gap-1">
            <Primitive.Title className="text-heading font-semibold">Your session has ended</Primitive.Title>
            <Primitive.Description className="text-muted">
              Sign in to go on. The page behind stays as it is.
            </Primitive.Description>
          </div>
          <SignInForm user={user} onSignedIn={onSignedIn} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Not a field of it: whoever is typing at that moment would go on in there. */
function focusPanel(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}

/** `alice` is short for `alice@ibs`. */
function isSameUser(typed: string, user: string): boolean {
  const name = typed.trim();
  return name === user || `${name}@ibs` === user;
}
