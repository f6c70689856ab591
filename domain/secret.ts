/** Digits of the installation's secret, from which the keys of tickets are derived. */
const DIGITS = 64;

/**
 * The secret as it stands in its file, or why it cannot be used: whoever knew that nothing is left of it, as after a
 * crash while it was written, could make tickets.
 */
export function wholeSecret(text: string, file: string): string {
  const secret = text.trim();
  if (secret.length === DIGITS && /^[0-9a-f]+$/i.test(secret)) return secret;
  throw new Error(
    `${file} is empty or damaged: it must hold ${DIGITS} hexadecimal digits. Put it back from a backup, or remove it: ` +
      'the next start makes a new one, and everybody signs in again.',
  );
}
