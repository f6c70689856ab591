import { formatDuration } from '#domain/units.ts';

/** In a dialog that starts a run: `Takes  Usually 20 min`. */
export function usualFact(usualMs: number): { label: string; value: string } {
  return { label: 'Takes', value: `Usually ${formatDuration(usualMs)}` };
}
