/** A text with exactly one mark at its end, for sentences that are put together from parts that may have one. */
export function sentence(text: string): string {
  const body = text.trimEnd().replace(/\.{2,}$/, '.');
  return /[.!?…]$/.test(body) ? body : `${body}.`;
}
