'use client';

import { type FormEvent, useRef } from 'react';
import { usePermissions } from '../session/use-permissions.ts';
import type { Settings } from '../trpc/views.ts';
import { Card } from '../ui/Card.tsx';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { UnsavedBar } from '../ui/forms/UnsavedBar.tsx';
import { SettingsConflict } from './SettingsConflict.tsx';
import { SettingsFields } from './SettingsFields.tsx';
import { SHOW_SETTINGS, saveCommands } from './settings-words.ts';
import { useSettingsDraft } from './use-settings-draft.ts';

const SHOW_FORMS = [{ name: 'CLI', text: SHOW_SETTINGS }];

/** All settings in one form: what is changed is saved together, and each field by itself can meet a conflict. */
export function SettingsForm({ settings }: { settings: Settings }) {
  const { lacks } = usePermissions();
  const form = useRef<HTMLFormElement>(null);
  const model = useSettingsDraft(settings);
  const { draft, current, changed, conflicts, parsed, problem } = model;
  const readOnly = lacks('/system', 'Sys.Modify');
  const forms = changed.length > 0 ? saveCommands(draft, changed, parsed.input) : SHOW_FORMS;
  /** The fields get their errors first, then the first wrong one the focus. */
  const focusFirstError = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.input) {
      model.showErrors();
      focusFirstError();
    } else if ((await model.save()) !== 'saved') form.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid min-w-0 scroll-mt-20 gap-4">
      {conflicts.length > 0 && (
        <SettingsConflict
          keys={conflicts}
          theirs={current}
          mine={draft.edited}
          onTakeTheirs={model.takeTheirs}
          onKeepMine={model.keepMine}
        />
      )}
      {problem && <ErrorBanner title="The settings were not saved" error={problem} />}
      <Card title="General" note={readOnly || undefined}>
        <fieldset disabled={Boolean(readOnly)} className="grid min-w-0 max-w-160 gap-5 pt-1">
          <SettingsFields texts={draft.edited} errors={model.errors} onChange={model.edit} />
        </fieldset>
        <CommandLine key={forms.length} forms={forms} className="mt-5 max-w-160" />
      </Card>
      <UnsavedBar dirty={changed.length > 0} pending={model.pending} onDiscard={model.discard} />
    </form>
  );
}
