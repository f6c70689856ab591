'use client';

import { type FormEvent, useId, useState } from 'react';
import { DEFAULT_JOB, type JobId, jobNoun } from '#domain/job.ts';
import { scheduleCommands } from '../../commands/datastore-commands.ts';
import { type JobWish, jobCommands } from '../../commands/job-commands.ts';
import type { DatastoreDetail, DatastoreJobs, JobView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { type CommandForm, CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { useNow } from '../../ui/time/TimeProvider.tsx';
import { addWords, type EditedJob, jobNameProblem } from './job-draft.ts';
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
import { useSaveJob } from './use-save-job.ts';

interface ScheduleDialogProps {
  datastore: DatastoreDetail;
  jobs: DatastoreJobs;
  /** What is changed, or what a new one begins with. */
  job: EditedJob;
  /** It is to be made, with a name of its own. */
  isNew?: boolean;
  onClose: () => void;
}

/** What is typed is told in words and times before it is saved. */
export function ScheduleDialog({ datastore, jobs, job, isNew = false, onClose }: ScheduleDialogProps) {
  const id = useId();
  const { name } = datastore;
  const { kind } = job;
  const [title, setTitle] = useState(job.name);
  const [draft, setDraft] = useState(() => draftOf(job));
  const [options, setOptions] = useState(() => optionDraftOf(job));
  const { save, error } = useSaveJob({ datastore, isNew, onSaved: onClose });
  const change = changedOptions(job, options);
  const wish = { kind, name: title, isNew, ...draft, change };
  const problems = [scheduleProblem(draft.schedule), windowProblem(draft.window)];
  if (kind === 'gc') problems.push(stopProblem(options.stopPercent));
  if (isNew) problems.push(jobNameProblem(title));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problems.every((problem) => problem === null)) save.mutate(wish);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={isNew ? addWords(kind) : `Schedule of the ${jobNoun(job)}`}
      description={`On ${name}. What was due before the change is not made up for.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" pending={save.isPending}>
            {isNew ? addWords(kind) : 'Save schedule'}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-4">
        {error && <ErrorBanner title="The schedule was not saved" error={error} />}
        {isNew && <NameField value={title} onChange={setTitle} />}
        <ScheduleFields draft={draft} onChange={setDraft} className="grid gap-4 sm:grid-cols-2" />
        <Meaning
          jobs={jobs}
          job={{ kind, name: title || (isNew ? 'NAME' : ''), options: { keep: options.keep } }}
          draft={draft}
        />
        <OptionFields datastore={name} kind={kind} draft={options} onChange={setOptions} />
        <CommandLine forms={commandsOf(name, wish)} />
      </form>
    </Dialog>
  );
}

/** Those that `datastore update` can say are told so. */
function commandsOf(datastore: string, wish: JobWish): CommandForm[] {
  const { kind, name, isNew, schedule, window, change } = wish;
  const isPlaced = change.namespace !== undefined || change.depth !== undefined;
  return isNew || isPlaced || name !== DEFAULT_JOB
    ? jobCommands(datastore, wish)
    : scheduleCommands(datastore, kind, { schedule, window }, change);
}

function NameField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  return (
    <Field
      label="Name"
      required
      error={value !== '' && jobNameProblem(value)}
      help="Such as that of the namespace: lower-case letters, digits, - and _."
    >
      <Input
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
      />
    </Field>
  );
}

interface MeaningProps {
  jobs: DatastoreJobs;
  job: JobId & Pick<JobView, 'options'>;
  draft: ScheduleDraft;
}

function Meaning({ jobs: { jobs, zone }, job, draft }: MeaningProps) {
  const now = useNow();
  const meaning = meaningOf(draft.schedule, now, zone);
  const clashes = clashesOf({ jobs, job, draft, now, zone });
  return <MeaningBox meaning={meaning} clashes={clashes} className="min-h-40" />;
}
