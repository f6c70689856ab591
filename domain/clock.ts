/** Time as a value that is passed in. The real clock lives at the doors; tests and simulations pass their own. */
export interface Clock {
  /** Milliseconds since 1970, from the machine's wall clock; may jump. */
  now(): number;
  /** Milliseconds since an arbitrary start; never jumps. */
  monotonic(): number;
}

/** Whole seconds since 1970, the unit of every time in the datastore format. */
export function epochSeconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
