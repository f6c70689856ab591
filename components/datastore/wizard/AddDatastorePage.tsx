'use client';

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { BY_HAND } from '#domain/schedule.ts';
import { pushParameters } from '../../address/parameters.ts';
import { adoptCommands, createCommands } from '../../commands/datastore-commands.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { ForbiddenState } from '../../ui/ForbiddenState.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { WizardFrame } from '../../ui/WizardFrame.tsx';
import { KIND_WORDS } from '../datastore-words.ts';
import { CreationView } from './CreationView.tsx';
import { DetailsStep } from './DetailsStep.tsx';
import { creationInput, type Draft, draftErrors, markSeen, openStep, wizardSteps } from './draft.ts';
import { ReviewStep } from './ReviewStep.tsx';
import { SchedulesStep } from './SchedulesStep.tsx';
import { scheduleErrors, scheduleFacts } from './schedules-draft.ts';
import { TypeStep } from './TypeStep.tsx';
import { useCreation } from './use-creation.ts';
import { useDraft } from './use-draft.ts';
import { type PlaceLook, usePlaceReport } from './use-place-report.ts';
import { WizardFooter } from './WizardFooter.tsx';

export function AddDatastorePage() {
  const { holds } = usePermissions();
  if (!holds('/datastore', 'Datastore.Allocate')) {
    return (
      <ForbiddenState
        title="You cannot add datastores"
        privileges={['Datastore.Allocate']}
        path="/datastore"
      />
    );
  }
  return (
    <>
      <PageHeader title="Add datastore" meaning="A place for backups, with deduplication of its own." />
      <Wizard />
    </>
  );
}

function Wizard() {
  const { draft, change, forget } = useDraft();
  const look = usePlaceReport(draft);
  const creation = useCreation(forget);
  const taken = useTakenNames();
  const [asked, setAsked] = useState(false);
  const errors = draftErrors(draft, look.report, taken);
  const checked = look.report !== null && !look.looking;
  const zone = useServerZone();
  const steps = wizardSteps(draft, { errors, checked, touched: asked });
  const step = openStep(useSearchParams().get('step'), steps);
  const goTo = (id: string) => {
    creation.clearFailure();
    pushParameters({ step: id });
    window.scrollTo({ top: 0 });
  };
  const leaveDetails = () => {
    setAsked(true);
    look.lookNow();
    if (checked && Object.keys(errors).length === 0) goTo('schedules');
    else focusField(Object.keys(errors)[0]);
  };
  const leaveSchedules = () => {
    const [wrong] = scheduleErrors(draft);
    if (wrong === undefined) goTo('review');
    else focusField(wrong);
  };
  if (creation.following) return <CreationView task={creation.task} />;
  return (
    <WizardFrame
      title="Add datastore"
      steps={markSeen(steps, step)}
      currentStep={step}
      onStep={goTo}
      summary={summaryOf(draft, look)}
      command={commandsOf(draft, look)}
      footer={
        <WizardFooter
          step={step}
          draft={draft}
          looking={look.looking}
          sending={creation.sending}
          onStep={goTo}
          onLeaveDetails={leaveDetails}
          onLeaveSchedules={leaveSchedules}
          onCreate={() => void creation.send(draft, look.report)}
        />
      }
    >
      {creation.failure && <ErrorBanner {...creation.failure} onDismiss={creation.clearFailure} />}
      {step === 'type' && <TypeStep type={draft.type} onType={(type) => change({ type })} />}
      {step === 'details' && <DetailsStep {...{ draft, change, errors, look, showAll: asked }} />}
      {step === 'schedules' && <SchedulesStep draft={draft} onChange={change} zone={zone} />}
      {step === 'review' && <ReviewStep draft={draft} report={look.report} />}
    </WizardFrame>
  );
}

/** Schedules without a zone of their own run in that of the server; every answer about one tells it. */
function useServerZone(): string | undefined {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.schedule.explain.queryOptions({ text: BY_HAND, count: 1 }));
  return data?.zone;
}

function useTakenNames(): string[] {
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.datastore.list.queryOptions());
  return data.map(({ name }) => name);
}

function summaryOf(draft: Draft, look: PlaceLook) {
  const space = look.report?.checks.find((check) => check.id === 'space')?.text;
  return [
    { label: 'Type', value: KIND_WORDS[draft.type] },
    { label: 'Name', value: draft.name || '—' },
    { label: 'Path', value: draft.path || '—' },
    { label: 'Free space', value: space ?? '—' },
    ...scheduleFacts(draft),
  ];
}

function commandsOf(draft: Draft, look: PlaceLook) {
  const input = creationInput(draft, look.report);
  return draft.purpose === 'adopt'
    ? adoptCommands(input)
    : createCommands({ ...input, syncLevel: draft.syncLevel });
}

function focusField(name: string | undefined) {
  if (name) document.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
}
