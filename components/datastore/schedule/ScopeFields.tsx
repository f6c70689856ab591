'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../trpc/trpc.ts';
import { Field } from '../../ui/forms/Field.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { depthChoices } from './option-draft.ts';

export interface ScopeDraft {
  namespace: string;
  depth: number | null;
}

interface ScopeFieldsProps {
  datastore: string;
  draft: ScopeDraft;
  onChange: (draft: ScopeDraft) => void;
}

/** In which part of the datastore; nothing where there is only one. */
export function ScopeFields({ datastore, draft, onChange }: ScopeFieldsProps) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.namespace.list.queryOptions({ datastore }));
  const { namespace, depth } = draft;
  const paths = data?.map(({ path }) => path as string).filter((path) => path !== '') ?? [];
  if (paths.length === 0 && namespace === '') return null;
  const known = namespace === '' || paths.includes(namespace) ? paths : [namespace, ...paths];
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Namespace">
        <Select
          value={namespace}
          onChange={(next) => onChange({ namespace: next, depth })}
          options={[
            { value: '', label: `Root of ${datastore}` },
            ...known.map((path) => ({ value: path, label: path })),
          ]}
        />
      </Field>
      <Field label="And below it">
        <Select
          value={String(depth)}
          onChange={(next) => onChange({ namespace, depth: next === 'null' ? null : Number(next) })}
          options={depthChoices(depth)}
        />
      </Field>
    </div>
  );
}
