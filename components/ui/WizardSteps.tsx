import { Check } from 'lucide-react';
import { cn } from './class-names.ts';

export interface WizardStep {
  id: string;
  label: string;
  description?: string;
  /** `done` and `open` can be gone to; `locked` waits for the steps before it. */
  state: 'done' | 'open' | 'locked' | 'invalid';
}

interface WizardStepsProps {
  label: string;
  steps: readonly WizardStep[];
  currentStep: string;
  onStep: (id: string) => void;
}

export function WizardSteps({ label, steps, currentStep, onStep }: WizardStepsProps) {
  const position = steps.findIndex((step) => step.id === currentStep) + 1;
  return (
    <nav aria-label={`Steps: ${label}`}>
      <p className="pb-2 text-table text-muted lg:hidden">
        Step {position} of {steps.length}
      </p>
      <ol className="flex gap-1 overflow-x-auto p-1 lg:flex-col">
        {steps.map((step, index) => (
          <li key={step.id} className="shrink-0">
            <button
              type="button"
              aria-current={step.id === currentStep ? 'step' : undefined}
              aria-disabled={step.state === 'locked' || undefined}
              onClick={() => step.state !== 'locked' && onStep(step.id)}
              className={cn(
                'flex h-8 w-full cursor-default items-center gap-2.5 rounded-md pr-3 pl-1.5 text-left text-muted',
                step.state !== 'locked' && 'text-text hover:bg-hover',
                step.id === currentStep && 'bg-selected font-medium hover:bg-selected',
              )}
            >
              <StepMark step={step} number={index + 1} isCurrent={step.id === currentStep} />
              {step.label}
              {step.state === 'invalid' && <span className="sr-only">has errors</span>}
              {step.state === 'done' && <span className="sr-only">done</span>}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function StepMark({ step, number, isCurrent }: { step: WizardStep; number: number; isCurrent: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        'flex size-5 shrink-0 items-center justify-center rounded-full border border-strong bg-bg text-small font-medium',
        step.state === 'done' && 'border-ok text-ok',
        step.state === 'invalid' && 'border-err text-err',
        isCurrent && 'border-accent bg-accent text-on-accent',
      )}
    >
      {step.state === 'done' && !isCurrent ? (
        <Check className="size-3" />
      ) : step.state === 'invalid' ? (
        '!'
      ) : (
        number
      )}
    </span>
  );
}
