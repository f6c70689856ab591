/** Secrets in what is written down about a change: the name of a field stays, its value does not. */

export const MASK = '***';

const SECRET_NAME =
  /passw(or)?d|passphrase|secret|credential|private_?key|access_?key|api_?key|recovery_?codes?/i;
/** A whole API token in some text: the part behind the colon is the secret. */
const SECRET_IN_TEXT = /([\w.+-]+@[\w.-]+![\w.-]+:)[\w-]{16,}/g;

/** The same value with secrets masked, as JSON can hold it: dates become text, what is undefined goes. */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(SECRET_IN_TEXT, `$1${MASK}`);
  if (value instanceof Date) return value.toJSON();
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    members.map(([name, inner]) => [name, isSecret(name, inner) ? MASK : maskSecrets(inner)]),
  );
}

/** Whether there is one, or that there was a change, is no secret. */
function isSecret(name: string, value: unknown): boolean {
  return value !== null && typeof value !== 'boolean' && SECRET_NAME.test(name);
}
