import { cliCommand } from '../commands/command-text.ts';
import { createCommands } from '../commands/datastore-commands.ts';
import { listSnapshotsCommand } from '../commands/snapshot-commands.ts';
import type { ChecklistStep } from './prepare-checklist.ts';

interface StepWords {
  title: string;
  /** What it is for, while it is still to be done. */
  meaning: string;
}

export const STEP_WORDS: Record<ChecklistStep['id'], StepWords> = {
  datastore: {
    title: 'Add a datastore',
    meaning: 'A datastore is where backups are kept, each piece of data once: an empty directory on a disk.',
  },
  backup: {
    title: 'Back up a machine',
    meaning: 'You get a token and the command to run on the machine.',
  },
  snapshot: {
    title: 'See the first snapshot',
    meaning: 'It appears here by itself when the backup has ended.',
  },
};

export const STATE_WORDS: Record<ChecklistStep['state'], string> = {
  done: 'done',
  running: 'running',
  failed: 'failed',
  next: 'to do now',
  later: 'to do later',
};

/** The same from a terminal. */
export function stepCommand(id: ChecklistStep['id'], datastore: string | undefined): string {
  switch (id) {
    case 'datastore':
      return createCommands({
        type: 'local',
        name: 'ibs-primary',
        path: '/mnt/backup/ibs-primary',
        comment: '',
        syncLevel: 'filesystem',
      })[0]?.text as string;
    case 'backup':
      return cliCommand(['backup', 'root.pxar:/'], {
        datastore: datastore ?? 'ibs-primary',
        'backup-type': 'host',
        'backup-id': 'web-1',
      });
    case 'snapshot':
      return listSnapshotsCommand({ datastore });
  }
}
