'use client';

import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { SYNC_LEVELS, type SyncLevel } from '#domain/datastore.ts';
import { datastorePath } from '#domain/permissions.ts';
import { updateCommands } from '../../commands/datastore-commands.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { errorDetails, isApiError } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Card } from '../../ui/Card.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { Checkbox } from '../../ui/forms/Checkbox.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Input } from '../../ui/forms/Input.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { UnsavedBar } from '../../ui/forms/UnsavedBar.tsx';
import { toastSuccess } from '../../ui/Toaster.tsx';
import { SYNC_WORDS } from '../datastore-words.ts';
import { ConflictBanner } from './ConflictBanner.tsx';
import {
  type Configuration,
  changesOf,
  configurationOf,
  isSameConfiguration,
  trashDaysProblem,
} from './configuration.ts';

/** Comment, sync level, what becomes of new backups and of removed ones. What somebody else changed meanwhile is shown, never overwritten. */
export function ConfigurationForm({ datastore }: { datastore: DatastoreDetail }) {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const [loaded, setLoaded] = useState(datastore);
  const [edited, setEdited] = useState<Configuration>(() => configurationOf(datastore));
  const update = useMutation(trpc.datastore.update.mutationOptions());
  const changes = changesOf(configurationOf(loaded), edited);
  const dirty = !isSameConfiguration(configurationOf(loaded), edited);
  const days = useRef<HTMLInputElement>(null);
  const daysProblem = trashDaysProblem(edited.trashDays);
  const readOnly = lacks(datastorePath(datastore.name), 'Datastore.Allocate');

  // Nobody is typing: what comes in from elsewhere is simply shown.
  if (!dirty && datastore.version !== loaded.version) {
    setLoaded(datastore);
    setEdited(configurationOf(datastore));
  }
  const discard = () => {
    setLoaded(datastore);
    setEdited(configurationOf(datastore));
    update.reset();
  };
  const save = (version: number) => {
    if (daysProblem !== null) return days.current?.focus();
    update.mutate(
      { name: datastore.name, ...changes, version },
      {
        onSuccess: (saved) => {
          setLoaded({ ...loaded, ...changes, version: saved.version });
          toastSuccess('Options saved');
        },
      },
    );
  };
  const conflict = isApiError(update.error, 'CONFLICTING_CHANGE');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(loaded.version);
      }}
      className="grid gap-4"
    >
      {conflict && (
        <ConflictBanner
          theirs={configurationOf(datastore)}
          mine={edited}
          onTakeTheirs={discard}
          onKeepMine={() => save(datastore.version)}
        />
      )}
      {update.error && !conflict && (
        <ErrorBanner title="The options were not saved" error={errorDetails(update.error)} />
      )}
      <Card title="Configuration" note={readOnly || undefined}>
        <fieldset disabled={Boolean(readOnly)} className="grid max-w-160 gap-4 pt-1">
          <Field label="Comment" help="What it is for; shown in lists and found by the filter.">
            <Input
              value={edited.comment}
              maxLength={512}
              onChange={(event) => setEdited({ ...edited, comment: event.target.value })}
            />
          </Field>
          <Field label="Sync level" help={SYNC_WORDS[edited.syncLevel].meaning}>
            <Select<SyncLevel>
              value={edited.syncLevel}
              onChange={(syncLevel) => setEdited({ ...edited, syncLevel })}
              options={SYNC_LEVELS.map((level) => ({ value: level, label: SYNC_WORDS[level].label }))}
            />
          </Field>
          <Field
            label="Keep removed snapshots in the trash"
            error={daysProblem}
            help="Forgotten and pruned snapshots can be restored for so many days; 0 removes them at once. Also holds for what lies there already."
          >
            <Input
              ref={days}
              inputMode="numeric"
              autoComplete="off"
              unit={edited.trashDays === '1' ? 'day' : 'days'}
              value={edited.trashDays}
              onChange={(event) =>
                setEdited({ ...edited, trashDays: event.target.value.replace(/\D/g, '').slice(0, 3) })
              }
            />
          </Field>
          <Checkbox
            checked={edited.verifyNew}
            onCheckedChange={(on) => setEdited({ ...edited, verifyNew: on === true })}
            label="Verify each backup when it is finished"
            help="Reads it once more and checks every byte, in a task of its own; the client does not wait for it."
          />
          <CommandLine
            forms={updateCommands(
              datastore.name,
              dirty ? changes : { ...edited, trashDays: datastore.trashDays },
            )}
          />
        </fieldset>
      </Card>
      <UnsavedBar dirty={dirty} pending={update.isPending} onDiscard={discard} />
    </form>
  );
}
