import type { CellLook } from './prepare-calendar.ts';

/** Letter, tint and border: any one of them tells the rules apart, and what goes is dashed and empty. */
export const CELL_LOOKS: Record<CellLook, string> = {
  last: 'border-info bg-info/18 text-text',
  hourly: 'border-maintenance bg-maintenance/18 text-text',
  daily: 'border-ok bg-ok/18 text-text',
  weekly: 'border-accent bg-accent/22 text-text',
  monthly: 'border-warn bg-warn/26 text-text',
  yearly: 'border-text bg-text text-bg',
  all: 'border-strong bg-selected text-text',
  protected: 'border-2 border-strong bg-bg text-text',
  unfinished: 'border-dotted border-strong bg-surface text-text',
  remove: 'border-dashed border-strong bg-bg text-muted',
};
