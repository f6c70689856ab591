import { expect, test } from 'vitest';
import { z } from 'zod';
import { readEnvironment, requireProcessSettings } from './process-settings.ts';

test.each([
  ['IBS_PUBLIC_URL', 'nonsense'],
  ['IBS_PUBLIC_URL', 'backup.example.com:443'],
  ['IBS_SESSIONS_MAX', 'many'],
  ['IBS_SESSIONS_MAX', '0'],
  ['IBS_SESSIONS_MAX', '10001'],
  ['IBS_GATEWAY_DRAIN_SECONDS', '1.5'],
])('%s=%s is refused in one line with the remedy', (name, value) => {
  expect(() => requireProcessSettings({ [name]: value })).toThrow(
    new RegExp(`^${name} cannot be used \\(it is .+\\)\\. Correct it, or unset it\\.$`),
  );
});

test('what is right, empty or unset is taken', () => {
  requireProcessSettings({});
  requireProcessSettings({ IBS_PUBLIC_URL: '', IBS_SESSIONS_MAX: '' });
  requireProcessSettings({ IBS_PUBLIC_URL: 'https://backup.example.com/', IBS_SESSIONS_MAX: '1' });
});

test('what is missing is named', () => {
  expect(() => readEnvironment(z.object({ DATABASE_URL: z.string() }), {})).toThrow(
    'DATABASE_URL is not set.',
  );
});
