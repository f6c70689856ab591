'use client';

import { useQuery } from '@tanstack/react-query';
import type { NamespacePath } from '#domain/ids.ts';
import { scopeWords } from '#domain/scope.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import { Field } from '../../ui/forms/Field.tsx';
import { Select } from '../../ui/forms/Select.tsx';

interface NamespaceChoiceProps {
  name: string;
  value: string;
  /** How many levels below it; null for all. */
  depth?: number | null;
  onChange: (namespace: string) => void;
}

/** Which part of the datastore is meant; nothing where there is only one. */
export function NamespaceChoice({ name, value, depth = null, onChange }: NamespaceChoiceProps) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.namespace.list.queryOptions({ datastore: name }));
  const paths = data?.map(({ path }) => path).filter((path) => path !== '') ?? [];
  if (paths.length === 0 && value === '') return null;
  return (
    <Field
      label="Where"
      className="max-w-90"
      help={depth !== null && `Of it: ${scopeWords({ namespace: value as NamespacePath, depth })}.`}
    >
      <Select
        value={value}
        onChange={onChange}
        options={[
          { value: '', label: `All of ${name}` },
          ...paths.map((path) => ({ value: path, label: `${path} and below` })),
        ]}
      />
    </Field>
  );
}
