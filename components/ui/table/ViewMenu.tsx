'use client';

import { Settings2 } from 'lucide-react';
import { usePreferences } from '../../preferences/PreferencesProvider.tsx';
import type { Density } from '../../preferences/preferences.ts';
import { IconButton } from '../IconButton.tsx';
import { AnyOf, ChoiceMenu, MenuSeparator, OneOf } from '../MenuChoices.tsx';
import { type Column, shownColumns } from './columns.ts';
import type { TableControl } from './use-table-state.ts';

const DENSITY_CHOICES: { value: Density; label: string }[] = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
];

interface ViewMenuProps<Row> {
  columns: readonly Column<Row>[];
  control: TableControl;
}

/** Which columns, how high the rows. */
export function ViewMenu<Row>({ columns, control }: ViewMenuProps<Row>) {
  const { preferences, setPreferences } = usePreferences();
  const choices = columns.slice(1).map((column) => ({ value: column.id, label: column.header }));
  return (
    <ChoiceMenu trigger={<IconButton size="small" label="Columns and row height" icon={<Settings2 />} />}>
      <OneOf
        heading="Rows"
        choices={DENSITY_CHOICES}
        value={preferences.density}
        onChange={(density) => setPreferences({ density })}
      />
      {choices.length > 0 && (
        <>
          <MenuSeparator />
          <AnyOf
            heading="Columns"
            choices={choices}
            values={shownColumns(columns, control.state.columns)}
            onChange={(shown) => control.change({ columns: [columns[0]?.id ?? '', ...shown] }, 'replace')}
          />
        </>
      )}
    </ChoiceMenu>
  );
}
