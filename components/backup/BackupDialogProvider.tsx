'use client';

import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { BackupDialog, type BackupPreset } from './BackupDialog.tsx';

const Context = createContext<(preset?: BackupPreset) => void>(() => {});

/** One dialog for the whole console: many pages and the palette open it. */
export function BackupDialogProvider({ children }: { children: ReactNode }) {
  const [preset, setPreset] = useState<BackupPreset | null>(null);
  const open = useCallback((next: BackupPreset = {}) => setPreset(next), []);
  return (
    <Context value={open}>
      {children}
      {preset && <BackupDialog preset={preset} onClose={() => setPreset(null)} />}
    </Context>
  );
}

/** Opens "Back up a machine", with what is already known filled in. */
export function useBackupDialog(): (preset?: BackupPreset) => void {
  return useContext(Context);
}
