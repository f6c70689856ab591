'use client';

import { Button, ButtonLink } from '../../ui/Button.tsx';
import type { Draft, StepId } from './draft.ts';

interface WizardFooterProps {
  step: StepId;
  draft: Draft;
  looking: boolean;
  sending: boolean;
  onStep: (step: StepId) => void;
  onLeaveDetails: () => void;
  onLeaveSchedules: () => void;
  onCreate: () => void;
}

/** Back and forward; each button has a key of its own, or React would turn one into the other under the finger. */
export function WizardFooter({
  step,
  draft,
  looking,
  sending,
  onStep,
  onLeaveDetails,
  onLeaveSchedules,
  onCreate,
}: WizardFooterProps) {
  switch (step) {
    case 'type':
      return (
        <>
          <Button key="next" variant="primary" onClick={() => onStep('details')}>
            Next: details
          </Button>
          <ButtonLink href="/datastores" variant="ghost">
            Cancel
          </ButtonLink>
        </>
      );
    case 'details':
      return (
        <>
          <Button key="back" onClick={() => onStep('type')}>
            Back
          </Button>
          <Button key="schedules" variant="primary" pending={looking} onClick={onLeaveDetails}>
            Next: schedules
          </Button>
        </>
      );
    case 'schedules':
      return (
        <>
          <Button key="back" onClick={() => onStep('details')}>
            Back
          </Button>
          <Button key="review" variant="primary" onClick={onLeaveSchedules}>
            Next: review
          </Button>
        </>
      );
    case 'review':
      return (
        <>
          <Button key="back" onClick={() => onStep('schedules')}>
            Back
          </Button>
          <Button key="create" variant="primary" pending={sending} onClick={onCreate}>
            {draft.purpose === 'adopt' ? `Adopt ${draft.name}` : `Create ${draft.name}`}
          </Button>
        </>
      );
  }
}
