import type { DayLevel } from '#domain/day.ts';

/** Height, shape and colour of a day: height and shape alone tell them apart. */
export interface DayLook {
  word: string;
  /** Of the mark in a cell of full height. */
  className: string;
}

export const DAY_LOOKS: Record<DayLevel, DayLook> = {
  offline: { word: 'Offline', className: 'h-full border-2 border-err' },
  failures: { word: 'Failed tasks', className: 'h-full bg-err' },
  degraded: { word: 'Degraded', className: 'h-2/3 bg-warn' },
  resting: { word: 'Maintenance', className: 'h-1/3 bg-maintenance' },
  online: { word: 'Online', className: 'h-full bg-ok' },
  none: { word: 'No data', className: 'h-0.5 bg-strong' },
};
