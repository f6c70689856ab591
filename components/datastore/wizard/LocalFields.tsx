'use client';

import { Info } from 'lucide-react';
import { useId, useState } from 'react';
import { SYNC_LEVELS, type SyncLevel } from '#domain/datastore.ts';
import { isBlocked, needsReason } from '#domain/place-report.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Input, Textarea } from '../../ui/forms/Input.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { SYNC_WORDS } from '../datastore-words.ts';
import type { Draft, DraftErrors, DraftField } from './draft.ts';
import { PlaceChecks } from './PlaceChecks.tsx';
import type { PlaceLook } from './use-place-report.ts';

interface LocalFieldsProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  errors: DraftErrors;
  /** Every field shows its error, also those that nobody has been in. */
  showAll: boolean;
  look: PlaceLook;
  /** Directories that datastores may lie below; empty when one may not know them. */
  roots: readonly string[];
}

/** Details of a datastore on a local filesystem. */
export function LocalFields({ draft, onChange, errors, showAll, look, roots }: LocalFieldsProps) {
  const [left, setLeft] = useState<ReadonlySet<DraftField>>(new Set());
  const leave = (field: DraftField) => setLeft((fields) => new Set([...fields, field]));
  const shown = (field: DraftField) => (showAll || left.has(field) ? errors[field] : undefined);
  // As soon as the server says so: an error that appears on leaving would push away what is about to be clicked.
  const isRefused = look.report !== null && isBlocked(look.report);
  return (
    <div className="grid gap-5">
      <Field
        label="Name"
        help="3 to 32 letters, digits, dots, dashes or underscores. It cannot be changed later."
        error={shown('name')}
        required
      >
        <Input
          name="name"
          value={draft.name}
          onChange={(event) => onChange({ name: event.target.value })}
          onBlur={() => draft.name !== '' && leave('name')}
          placeholder="ibs-primary"
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
        />
      </Field>
      <PathField
        draft={draft}
        roots={roots}
        error={isRefused ? errors.path : shown('path')}
        onChange={onChange}
        onLeave={() => {
          if (draft.path !== '') leave('path');
          look.lookNow();
        }}
      />
      <FoundBanner draft={draft} look={look} onChange={onChange} />
      <PlaceChecks look={look} />
      {look.report && needsReason(look.report) && (
        <Field
          label="Reason"
          help="Two datastores on one filesystem fill it up for each other, and both are lost with it. The reason is kept in the audit log."
          error={shown('reason')}
          required
        >
          <Textarea
            name="reason"
            rows={2}
            value={draft.reason}
            onChange={(event) => onChange({ reason: event.target.value })}
            onBlur={() => leave('reason')}
          />
        </Field>
      )}
      <CommonFields draft={draft} onChange={onChange} />
    </div>
  );
}

/** What every kind asks; an adopted datastore keeps its own way to write. */
function CommonFields({ draft, onChange }: Pick<LocalFieldsProps, 'draft' | 'onChange'>) {
  return (
    <>
      <Field label="Comment" help="What it is for; shown in lists and found by the filter." optional>
        <Input
          name="comment"
          value={draft.comment}
          maxLength={512}
          onChange={(event) => onChange({ comment: event.target.value })}
        />
      </Field>
      {draft.purpose === 'create' && (
        <Field label="Sync level" help={SYNC_WORDS[draft.syncLevel].meaning}>
          <Select<SyncLevel>
            value={draft.syncLevel}
            onChange={(syncLevel) => onChange({ syncLevel })}
            options={SYNC_LEVELS.map((level) => ({ value: level, label: SYNC_WORDS[level].label }))}
          />
        </Field>
      )}
    </>
  );
}

interface PathFieldProps {
  draft: Draft;
  roots: readonly string[];
  error: string | undefined;
  onChange: (changes: Partial<Draft>) => void;
  onLeave: () => void;
}

function PathField({ draft, roots, error, onChange, onLeave }: PathFieldProps) {
  const list = useId();
  const suggestions = roots.map((root) => `${root === '/' ? '' : root}/${draft.name || 'ibs-primary'}`);
  return (
    <Field
      label="Path"
      help={
        roots.length > 0
          ? `A directory below ${roots.join(', ')}. It is made if it does not exist.`
          : 'An absolute path on the server. The directory is made if it does not exist.'
      }
      error={error}
      required
    >
      <Input
        name="path"
        value={draft.path}
        onChange={(event) => onChange({ path: event.target.value })}
        onBlur={onLeave}
        list={list}
        placeholder={suggestions[0] ?? '/mnt/backup/ibs-primary'}
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
      />
      <datalist id={list}>
        {suggestions.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
    </Field>
  );
}

/** A datastore lies there already: most likely it is to be taken over, not to be written into. */
function FoundBanner({ draft, look, onChange }: Pick<LocalFieldsProps, 'draft' | 'look' | 'onChange'>) {
  const found = look.report?.found ?? null;
  if (draft.purpose === 'adopt') {
    return (
      <p className="flex flex-wrap items-center gap-2 text-table text-muted">
        <Info aria-hidden="true" className="size-4 shrink-0 text-info" />
        An existing datastore is adopted.
        <Button size="small" variant="ghost" onClick={() => onChange({ purpose: 'create' })}>
          Create a new one instead
        </Button>
      </p>
    );
  }
  if (!found) return null;
  return (
    <Banner
      tone="info"
      title={
        found === 'ibs'
          ? 'An Ironcore datastore is here already'
          : 'A Proxmox Backup Server datastore is here'
      }
      actions={
        <Button size="small" variant="primary" onClick={() => onChange({ purpose: 'adopt' })}>
          Adopt it
        </Button>
      }
    >
      Adopting takes it over with all its snapshots. Its content stays as it is.
    </Banner>
  );
}
