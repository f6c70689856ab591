'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { jobEntry } from '#domain/job.ts';
import { scheduleCommands } from '../../commands/datastore-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, DatastoreJobs, JobView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { toastSuccess } from '../../ui/Toaster.tsx';
import { useNow } from '../../ui/time/TimeProvider.tsx';
import { NextRuns } from './NextRuns.tsx';
import { Note } from './ScheduleCard.tsx';
import {
  clashesOf,
  draftOf,
  meaningOf,
  PRESETS,
  presetOf,
  type ScheduleDraft,
  scheduleProblem,
  windowProblem,
} from './schedule-draft.ts';

interface ScheduleDialogProps {
  datastore: DatastoreDetail;
  jobs: DatastoreJobs;
  job: JobView;
  onClose: () => void;
}

/** What is typed is told in words and times before it is saved. */
export function ScheduleDialog({ datastore, jobs, job, onClose }: ScheduleDialogProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const id = useId();
  const { name, version } = datastore;
  const { kind } = job;
  const [draft, setDraft] = useState(() => draftOf(job));
  const save = useMutation({
    ...trpc.datastore.updateJob.mutationOptions(),
    onSuccess: async () => {
      await queries.invalidateQueries(trpc.datastore.jobs.queryFilter({ name }));
      toastSuccess('Schedule saved');
      onClose();
    },
  });
  const isWrong = scheduleProblem(draft.schedule) !== null || windowProblem(draft.window) !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWrong) return;
    const { schedule, window } = draft;
    save.mutate({ name, kind, version, schedule: schedule.trim() || null, window: window.trim() || null });
  };
  const error = maybeErrorDetails(save.error);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Schedule of the ${jobEntry(kind).noun}`}
      description={`On ${name}. What was due before the change is not made up for.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={save.isPending}>
            Save schedule
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-4">
        {error && <ErrorBanner title="The schedule was not saved" error={error} />}
        <DraftFields draft={draft} onChange={setDraft} />
        <Meaning jobs={jobs} kind={kind} draft={draft} />
        <CommandLine forms={scheduleCommands(name, kind, draft)} />
      </form>
    </Dialog>
  );
}

interface DraftFieldsProps {
  draft: ScheduleDraft;
  onChange: (draft: ScheduleDraft) => void;
}

function DraftFields({ draft, onChange }: DraftFieldsProps) {
  const preset = presetOf(draft.schedule);
  const choose = (value: string) => {
    const chosen = PRESETS.find((one) => one.value === value);
    if (chosen && chosen.schedule !== null) onChange({ ...draft, schedule: chosen.schedule });
  };
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="How often">
        <Select
          value={preset}
          onChange={choose}
          options={PRESETS.map(({ value, label, schedule }) => ({
            ...{ value, label },
            disabled: schedule === null && preset !== 'custom',
          }))}
        />
      </Field>
      <Field
        label="Schedule"
        error={scheduleProblem(draft.schedule)}
        help="Such as Sun 05:00, mon..fri 22:30 or monthly; empty for manual only."
      >
        <Input
          value={draft.schedule}
          onChange={(event) => onChange({ ...draft, schedule: event.target.value })}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
        />
      </Field>
      <Field
        label="Only in this part of the day"
        optional
        error={windowProblem(draft.window)}
        help="A run that is due outside of it waits for its beginning."
        className="sm:col-span-2"
      >
        <Input
          value={draft.window}
          onChange={(event) => onChange({ ...draft, window: event.target.value })}
          placeholder="22:00-06:00"
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
        />
      </Field>
    </div>
  );
}

interface MeaningProps {
  jobs: DatastoreJobs;
  kind: JobView['kind'];
  draft: ScheduleDraft;
}

/** Keeps its height while something is being typed. */
function Meaning({ jobs: { jobs, zone }, kind, draft }: MeaningProps) {
  const now = useNow();
  const meaning = meaningOf(draft.schedule, now, zone);
  const clashes = clashesOf({ jobs, kind, draft, now, zone });
  return (
    <div aria-live="polite" className="grid min-h-40 content-start gap-2 rounded-md border bg-surface p-3">
      {meaning ? (
        <>
          <p className="font-medium">{meaning.words}</p>
          {clashes.map((words) => (
            <Note key={words}>{words}</Note>
          ))}
          <NextRuns times={meaning.next} zone={meaning.zone} />
        </>
      ) : (
        <p className="text-muted">It cannot be read yet.</p>
      )}
    </div>
  );
}
