'use client';

import { useState } from 'react';
import { Dialog } from '../ui/Dialog.tsx';
import { BackupForm, type Prepared } from './BackupForm.tsx';
import { BackupWait } from './BackupWait.tsx';

/** What is already known where the dialog is opened. */
export interface BackupPreset {
  datastore?: string;
  namespace?: string;
  type?: string;
  id?: string;
}

interface BackupDialogProps {
  preset: BackupPreset;
  onClose: () => void;
}

/** From "I want this machine backed up" to its first snapshot: a token, the command, and the wait for it. */
export function BackupDialog({ preset, onClose }: BackupDialogProps) {
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      width="large"
      title={prepared ? `Back up ${prepared.input.type}/${prepared.input.id}` : 'Back up a machine'}
      description={
        prepared
          ? 'Run this on the machine. It needs the ironcore-backup client and a way to this server.'
          : 'Say what it is and where it goes; you get the command to run, with a token made for it.'
      }
    >
      {prepared ? (
        <BackupWait prepared={prepared} onClose={onClose} />
      ) : (
        <BackupForm preset={preset} onPrepared={setPrepared} onCancel={onClose} />
      )}
    </Dialog>
  );
}
