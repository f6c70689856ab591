import type { BackendCall } from '../hooked-backend.ts';

/** Between which calls of a simulation others go first. */

/** A sweep lists each of its directories: there is nothing between that and the looks that follow. */
export function isQuick(call: BackendCall, key: string): boolean {
  return call === 'list' && key.startsWith('.chunks');
}

/**
 * How many times as often as at other calls somebody is left waiting for long before this one: at a look into a snapshot, and
 * at the removal of a chunk. Whoever does it goes by what it has seen, and that may be otherwise by then.
 */
export function sleepiness(call: BackendCall, key: string): number {
  if (call === 'list' && key.endsWith('Z')) return 30;
  return isRemovalOfChunk(call, key) ? 5 : 1;
}

/** How many times as often somebody sets the clock then: in the midst of a sweep is where that does harm. */
export function jumpiness(call: BackendCall, key: string): number {
  return isRemovalOfChunk(call, key) ? 100 : 1;
}

function isRemovalOfChunk(call: BackendCall, key: string): boolean {
  return call === 'remove' && key.startsWith('.chunks');
}
