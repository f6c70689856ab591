import { Hint } from './Hint.tsx';

/** A value that is not known is a dash with its reason, never a zero. */
export function Unknown({ reason }: { reason: string }) {
  return (
    <Hint content={reason} className="text-muted">
      <span aria-hidden="true">—</span>
      <span className="sr-only">unknown: {reason}</span>
    </Hint>
  );
}
