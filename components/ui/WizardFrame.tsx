import type { ReactNode } from 'react';
import { type CommandForm, CommandLine } from './CommandLine.tsx';
import { type KeyValue, KeyValueList } from './KeyValueList.tsx';
import { type WizardStep, WizardSteps } from './WizardSteps.tsx';

interface WizardFrameProps {
  /** "Add datastore" */
  title: string;
  steps: readonly WizardStep[];
  currentStep: string;
  onStep: (id: string) => void;
  /** What has been chosen so far; fills as the form does. */
  summary: readonly KeyValue[];
  command: readonly CommandForm[];
  /** Back, then Next or the final verb; sits below the form. */
  footer: ReactNode;
  /** The fields of the current step. */
  children: ReactNode;
}

/** Step list left, form in the middle, summary and equivalent command right; one column on narrow screens. */
export function WizardFrame({
  title,
  steps,
  currentStep,
  onStep,
  summary,
  command,
  footer,
  children,
}: WizardFrameProps) {
  const step = steps.find((each) => each.id === currentStep);
  return (
    <div className="grid min-w-0 gap-6 lg:grid-cols-[176px_minmax(0,1fr)] xl:grid-cols-[176px_minmax(0,1fr)_320px] xl:gap-10">
      <div className="min-w-0 lg:sticky lg:top-18 lg:self-start">
        <WizardSteps label={title} steps={steps} currentStep={currentStep} onStep={onStep} />
      </div>
      <div className="grid min-w-0 max-w-180 content-start gap-6">
        <header className="grid gap-1">
          <h2 className="text-heading font-semibold">{step?.label}</h2>
          {step?.description && <p className="text-muted">{step.description}</p>}
        </header>
        {children}
        <footer className="flex flex-wrap items-center gap-2 border-t pt-4">{footer}</footer>
      </div>
      <aside
        aria-label="Summary and equivalent command"
        className="grid min-w-0 content-start gap-4 lg:col-start-2 xl:sticky xl:top-18 xl:col-start-3 xl:self-start"
      >
        <section className="rounded-lg border px-4 py-3">
          <h2 className="pb-1 font-semibold">Summary</h2>
          <KeyValueList entries={summary} layout="apart" />
        </section>
        <CommandLine forms={command} />
      </aside>
    </div>
  );
}
