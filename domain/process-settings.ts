import { z } from 'zod';

/**
 * Settings in the environment that console or worker use. They stand here because whoever starts the two refuses what
 * they could not use, before anything runs.
 */
export const PROCESS_SETTINGS = {
  IBS_PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: 'it is the address of the console with its scheme, such as https://backup.example.com',
    })
    .optional(),
  IBS_SCRATCH_DIR: z
    .string()
    .startsWith('/', { error: 'it is the absolute path of a directory on the server' })
    .optional(),
  IBS_SESSIONS_MAX: wholeNumber(1, 10_000).default(64),
  IBS_GATEWAY_DRAIN_SECONDS: wholeNumber(0, 86_400).default(3),
};

const ProcessSettings = z.object(PROCESS_SETTINGS);

function wholeNumber(least: number, most: number) {
  const error = `it is a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

type Environment = Record<string, string | undefined>;

export function requireProcessSettings(environment: Environment): void {
  readEnvironment(ProcessSettings, environment);
}

/** Fails in one line with the remedy; a variable that is set to nothing counts as unset. */
export function readEnvironment<T>(schema: z.ZodType<T>, environment: Environment): T {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0]);
  throw new Error(
    set[name] === undefined
      ? `${name} is not set.`
      : `${name} cannot be used (${issue?.message}). Correct it, or unset it.`,
  );
}
