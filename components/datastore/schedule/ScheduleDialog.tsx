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
import { toastSuccess } from '../../ui/Toaster.tsx';
import { useNow } from '../../ui/time/TimeProvider.tsx';
import { MeaningBox } from './MeaningBox.tsx';
import { OptionFields } from './OptionFields.tsx';
import { changedOptions, optionDraftOf, stopProblem } from './option-draft.ts';
import { ScheduleFields } from './ScheduleFields.tsx';
import {
  clashesOf,
  draftOf,
  meaningOf,
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
  const [options, setOptions] = useState(() => optionDraftOf(job));
  const change = changedOptions(job, options);
  const save = useMutation({
    ...trpc.datastore.updateJob.mutationOptions(),
    onSuccess: async () => {
      await queries.invalidateQueries(trpc.datastore.jobs.queryFilter({ name }));
      toastSuccess('Schedule saved');
      onClose();
    },
  });
  const problems = [scheduleProblem(draft.schedule), windowProblem(draft.window)];
  const isWrong = [...problems, stopProblem(options.stopPercent)].some((problem) => problem !== null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWrong) return;
    const { schedule, window } = draft;
    const when = { schedule: schedule.trim() || null, window: window.trim() || null };
    save.mutate({ name, kind, version, ...when, ...change });
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
        <ScheduleFields draft={draft} onChange={setDraft} className="grid gap-4 sm:grid-cols-2" />
        <Meaning jobs={jobs} job={job} draft={draft} />
        <OptionFields kind={kind} draft={options} onChange={setOptions} />
        <CommandLine forms={scheduleCommands(name, kind, draft, change)} />
      </form>
    </Dialog>
  );
}

interface MeaningProps {
  jobs: DatastoreJobs;
  job: JobView;
  draft: ScheduleDraft;
}

function Meaning({ jobs: { jobs, zone }, job, draft }: MeaningProps) {
  const now = useNow();
  const meaning = meaningOf(draft.schedule, now, zone);
  const clashes = clashesOf({ jobs, job, draft, now, zone });
  return <MeaningBox meaning={meaning} clashes={clashes} className="min-h-40" />;
}
