/** A failure as it is shown: what happened and why, what to do, and what support needs to find it. */
export interface ErrorDetails {
  message: string;
  hint?: string;
  code: string;
  requestId?: string;
  /** Milliseconds since 1970. */
  at?: number;
}

/** For the clipboard: one fact a line. */
export function detailsText({ message, hint, code, requestId, at }: ErrorDetails): string {
  return [
    message,
    hint,
    `code: ${code}`,
    requestId && `request: ${requestId}`,
    at !== undefined && `time: ${new Date(at).toISOString()}`,
  ]
    .filter(Boolean)
    .join('\n');
}
