/** The box that every text-like control is drawn in. */
export const CONTROL_BOX =
  'w-full min-w-0 rounded-md border border-strong bg-bg text-body text-text ' +
  'hover:border-muted aria-invalid:border-err disabled:opacity-55 ' +
  'focus-visible:outline-offset-1';
