/** How long a token lives, as a choice. */
export const EXPIRY_CHOICES = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In one year' },
  { value: 'never', label: 'Never' },
] as const;
export type Expiry = (typeof EXPIRY_CHOICES)[number]['value'];

const DAY_MS = 86_400_000;

export function expiryDate(choice: Expiry, now: number): Date | null {
  return choice === 'never' ? null : new Date(now + Number(choice) * DAY_MS);
}

/** `2027-01-31`, for a date field; empty when there is none. */
export function dayOf(at: Date | null): string {
  return at?.toISOString().slice(0, 10) ?? '';
}

/** The start of a day in UTC, as the command line reads it; null for the empty text. */
export function dateOf(day: string): Date | null {
  return day === '' ? null : new Date(day);
}
