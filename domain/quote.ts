const SHOWN_MAX = 80;

/** Untrusted text for a message: in quotes, shortened, control characters made visible. */
export function quote(text: string): string {
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  return JSON.stringify(shown);
}
