'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { SettingKey } from '#domain/settings.ts';
import { fieldErrors, maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { Settings } from '../trpc/views.ts';
import { toastSuccess } from '../ui/Toaster.tsx';
import {
  changedKeys,
  conflictingKeys,
  type Draft,
  newDraft,
  overrule,
  parseChanges,
  rebase,
  SETTING_KEYS,
  takeOver,
  textsOf,
} from './settings-draft.ts';

type SaveResult = 'saved' | 'conflict' | 'refused';

/** What stands in the fields, against what stands on the server. */
export function useSettingsDraft(settings: Settings) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const current = useMemo(() => textsOf(settings), [settings]);
  const [stored, setDraft] = useState(() => newDraft(current));
  const [showsErrors, setShowsErrors] = useState(false);
  const update = useMutation(trpc.settings.update.mutationOptions());
  const draft = rebase(stored, current);
  if (draft !== stored) setDraft(draft);
  const changed = changedKeys(draft);
  const conflicts = conflictingKeys(draft, current);
  const parsed = parseChanges(draft);

  /** Asks once more what is there: what was changed a moment ago is not overwritten unseen. */
  const saveDraft = async (wanted: Draft): Promise<SaveResult> => {
    const { input } = parseChanges(wanted);
    if (!input) return 'refused';
    const latest = await queries.fetchQuery({ ...trpc.settings.get.queryOptions(), staleTime: 0 });
    const theirs = textsOf(latest);
    if (conflictingKeys(rebase(wanted, theirs), theirs).length > 0) return 'conflict';
    await update.mutateAsync(input);
    await queries.invalidateQueries({ queryKey: trpc.settings.get.queryKey() });
    setDraft((before) => takeOver(before, textsOf({ ...latest, ...input }), changedKeys(wanted)));
    setShowsErrors(false);
    toastSuccess('Settings saved');
    return 'saved';
  };
  /** What went wrong stays in the mutation and is shown above the fields. */
  const save = (wanted: Draft) => saveDraft(wanted).catch((): SaveResult => 'refused');
  return {
    draft,
    current,
    changed,
    conflicts,
    parsed,
    errors: { ...(showsErrors ? parsed.errors : {}), ...fieldErrors(update.error) },
    problem: Object.keys(fieldErrors(update.error)).length > 0 ? null : maybeErrorDetails(update.error),
    pending: update.isPending,
    edit: (key: SettingKey, text: string) => setDraft({ ...draft, edited: { ...draft.edited, [key]: text } }),
    showErrors: () => setShowsErrors(true),
    discard: () => {
      setDraft(takeOver(draft, current, SETTING_KEYS));
      setShowsErrors(false);
      update.reset();
    },
    takeTheirs: () => setDraft(takeOver(draft, current, conflicts)),
    keepMine: () => {
      const mine = overrule(draft, current, conflicts);
      setDraft(mine);
      void save(mine);
    },
    save: () => save(draft),
  };
}
