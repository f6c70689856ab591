import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { username } from 'better-auth/plugins/username';
import type { Clock } from '#domain/clock.ts';
import { parseUserId } from '#domain/principal.ts';
import type { Database } from '#drizzle/client.ts';
import { deriveKey } from '#drizzle/derived-keys.ts';
import { hashPassword, verifyPassword } from '#drizzle/passwords.ts';
import { account, session, user, verification } from '#drizzle/schema/auth.ts';
import type { ServerConfig } from '../env.ts';

/** Sessions of the console, by better-auth. Users are made by our own services, never by its routes. */

const SESSION_SECONDS = 12 * 3600;
const RENEW_AFTER_SECONDS = 600;

/** Where renewing ends (docs/decisions/0021-passwords-are-asked-again.md). */
export const SESSION_DAYS_MAX = 7;

export function makeAuth(db: Database, config: ServerConfig, clock: Clock) {
  return betterAuth({
    database: drizzleAdapter(db, { provider: 'pg', schema: { user, session, account, verification } }),
    secret: deriveKey(config.secret, 'session').toString('hex'),
    baseURL: config.publicUrl ?? 'http://localhost',
    telemetry: { enabled: false },
    // Our own throttle counts failures; a second limiter would only hide its message.
    rateLimit: { enabled: false },
    // Ours to write, but the library checks that every required column has somebody who writes it.
    user: { additionalFields: { realmId: { type: 'string', required: true, input: false } } },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => verifyPassword(password, hash),
      },
    },
    plugins: [
      username({
        minUsernameLength: 3,
        maxUsernameLength: 64,
        usernameValidator: (name) => parseUserId(name).ok,
        usernameNormalization: false,
      }),
    ],
    session: {
      expiresIn: SESSION_SECONDS,
      updateAge: RENEW_AFTER_SECONDS,
      additionalFields: {
        provenAt: { type: 'date', required: true, input: false, defaultValue: () => new Date(clock.now()) },
      },
    },
    advanced: {
      cookiePrefix: 'ibs',
      useSecureCookies: config.publicUrl?.startsWith('https:') ?? false,
      // The same-origin check of our own routes covers what this would check for its routes.
      disableCSRFCheck: true,
    },
    logger: { disabled: true },
  });
}

export type Auth = ReturnType<typeof makeAuth>;
