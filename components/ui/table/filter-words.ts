import type { TableState } from './table-state.ts';

/** Something a list can be filtered by, with the values to choose from. */
export interface FilterField {
  id: string;
  /** Lower case, as in a sentence: "status". */
  label: string;
  /** Without any it is only shown when the address sets it. */
  options: readonly { value: string; label: string }[];
  /** One value at a time: choosing another replaces it. */
  single?: boolean;
}

/** `status is Offline or Degraded`; a value that is no longer offered is shown as it is. */
export function filterWords(field: FilterField, values: readonly string[]): string {
  const labels = values.map(
    (value) => field.options.find((option) => option.value === value)?.label ?? value,
  );
  return `${field.label} is ${labels.join(' or ')}`;
}

/** The whole filter in one line, for the page that found nothing. */
export function stateWords(fields: readonly FilterField[], state: TableState): string {
  const chips = fields.flatMap((field) => {
    const values = state.filters[field.id];
    return values ? [filterWords(field, values)] : [];
  });
  const text = state.text === '' ? [] : [`text contains “${state.text}”`];
  return [...text, ...chips].join(', ');
}
