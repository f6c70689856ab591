'use client';

import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Switch } from '../ui/forms/Switch.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import type { Shortcut } from './shortcuts.ts';

interface ShortcutsDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  shortcuts: readonly Shortcut[];
}

export function ShortcutsDialog({ open, onOpenChange, shortcuts }: ShortcutsDialogProps) {
  const { preferences, setPreferences } = usePreferences();
  const rows = [
    ...shortcuts.map(({ keys, label }) => ({ keys, label })),
    { keys: ['⌘ K', 'Ctrl K'], label: 'Search pages, things and actions', either: true },
    { keys: ['Esc'], label: 'Close what is open' },
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" width="small">
      <dl className="grid">
        {rows.map((row) => (
          <div key={row.label} className="flex min-h-9 items-center justify-between gap-4 border-b">
            <dt>{row.label}</dt>
            <dd className="flex items-center gap-1.5 text-small text-muted">
              {row.keys.map((key, index) => (
                <span key={key} className="contents">
                  {index > 0 && ('either' in row ? 'or' : 'then')}
                  <Kbd>{key}</Kbd>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="pt-4">
        <Switch
          checked={preferences.shortcuts}
          onChange={(shortcuts) => setPreferences({ shortcuts })}
          label="Single-key shortcuts"
          help="Off while you type in a field. ⌘ K, Ctrl K and Esc always work."
        />
      </div>
    </Dialog>
  );
}
