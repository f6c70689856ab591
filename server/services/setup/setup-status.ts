import { hasAdministrator } from '#drizzle/setup.ts';
import type { ServiceContext } from '../context.ts';

/** Whether the first administrator is still to be made. */
export async function setupStatus(context: ServiceContext): Promise<{ needed: boolean }> {
  // public: the sign-in page asks it before anyone can sign in
  return { needed: !(await hasAdministrator(context.db)) };
}
