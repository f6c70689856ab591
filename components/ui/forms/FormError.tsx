import { ErrorBanner } from '../ErrorState.tsx';
import type { ErrorDetails } from '../error-details.ts';

/** Above the fields: what went wrong and belongs to none of them. */
export function FormError({ title, problem }: { title: string; problem: ErrorDetails | null }) {
  return problem && <ErrorBanner title={title} error={problem} />;
}
