'use client';

import { ListFilter, X } from 'lucide-react';
import { Button } from '../Button.tsx';
import { IconButton } from '../IconButton.tsx';
import { AnyOf, ChoiceMenu, MenuSeparator } from '../MenuChoices.tsx';
import { FilterInput } from './FilterInput.tsx';
import { type FilterField, filterWords } from './filter-words.ts';
import { isFiltered } from './table-state.ts';
import type { TableControl } from './use-table-state.ts';

interface FilterBarProps {
  fields: readonly FilterField[];
  control: TableControl;
  /** What the free text is compared with: "Name, comment, owner". */
  placeholder: string;
  /** Leave out the text field where the server cannot search. */
  withText?: boolean;
}

/** Free text, then one chip for each filter that is set; a chip opens its choices. */
export function FilterBar({ fields, control, placeholder, withText = true }: FilterBarProps) {
  const { filters } = control.state;
  const set = fields.filter((field) => filters[field.id]);
  const offered = fields.filter((field) => field.options.length > 0);
  const change = (id: string, values: readonly string[]) => {
    const { [id]: _, ...others } = filters;
    control.change({ filters: values.length > 0 ? { ...others, [id]: values } : others });
  };
  return (
    <search className="flex min-w-0 flex-wrap items-center gap-2">
      {withText && <FilterInput control={control} placeholder={placeholder} />}
      {set.map((field) => (
        <Chip
          key={field.id}
          field={field}
          values={filters[field.id] ?? []}
          onChange={(values) => change(field.id, values)}
        />
      ))}
      {offered.length > 0 && (
        <ChoiceMenu
          align="start"
          trigger={
            <Button size="small" variant="ghost" icon={<ListFilter />}>
              Filter
            </Button>
          }
        >
          {offered.map((field, index) => (
            <div key={field.id}>
              {index > 0 && <MenuSeparator />}
              <FieldChoices
                field={field}
                values={filters[field.id] ?? []}
                onChange={(values) => change(field.id, values)}
              />
            </div>
          ))}
        </ChoiceMenu>
      )}
      {isFiltered(control.state) && (
        <Button size="small" variant="ghost" onClick={control.clearFilters}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

interface ChipProps {
  field: FilterField;
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
}

function Chip({ field, values, onChange }: ChipProps) {
  const words = filterWords(field, values);
  return (
    <span className="inline-flex h-7 max-w-full min-w-0 items-center rounded-md border border-edge bg-surface">
      <ChoiceMenu
        align="start"
        trigger={
          <button
            type="button"
            className="h-6.5 min-w-0 cursor-default truncate rounded-l-md px-2.5 text-table hover:bg-hover"
          >
            {words}
          </button>
        }
      >
        <FieldChoices field={field} values={values} onChange={onChange} />
      </ChoiceMenu>
      <IconButton
        size="small"
        label={`Remove filter: ${words}`}
        icon={<X />}
        onClick={() => onChange([])}
        className="h-6.5 w-6.5 rounded-l-none"
      />
    </span>
  );
}

function FieldChoices({ field, values, onChange }: ChipProps) {
  const heading = field.label.charAt(0).toUpperCase() + field.label.slice(1);
  const change = (next: readonly string[]) =>
    onChange(field.single ? next.filter((value) => !values.includes(value)) : next);
  return <AnyOf heading={heading} choices={field.options} values={values} onChange={change} />;
}
