'use client';

import { Button } from '../Button.tsx';
import { ConfirmDialog } from '../ConfirmDialog.tsx';
import { useLeaveWarning } from './use-leave-warning.ts';

interface UnsavedBarProps {
  /** Whether the form differs from what was loaded. */
  dirty: boolean;
  pending?: boolean;
  onDiscard: () => void;
  /** Leave it out when the bar stands inside the form: the button then submits. */
  onSave?: () => void;
}

/** Sticks to the bottom while there is something to lose, and asks before it gets lost. */
export function UnsavedBar({ dirty, pending, onDiscard, onSave }: UnsavedBarProps) {
  const { destination, stay, leave } = useLeaveWarning(dirty && !pending);
  return (
    <>
      {dirty && (
        <section
          aria-label="Unsaved changes"
          className="sticky bottom-4 z-20 flex animate-fade-in flex-wrap items-center justify-end gap-2 rounded-lg border border-edge bg-raised py-2 pr-2 pl-4 shadow-raised"
        >
          <p className="mr-auto font-medium">Unsaved changes</p>
          <Button variant="ghost" onClick={onDiscard}>
            Discard
          </Button>
          <Button variant="primary" type={onSave ? 'button' : 'submit'} pending={pending} onClick={onSave}>
            Save
          </Button>
        </section>
      )}
      <ConfirmDialog
        open={destination !== null}
        onOpenChange={(open) => !open && stay()}
        title="Leave without saving?"
        description="What you changed on this page has not been saved."
        confirmLabel="Discard and leave"
        onConfirm={leave}
      />
    </>
  );
}
