import type { ServiceContext } from '../context.ts';

/** Ends the session of this request; the headers that are returned take its cookie away. */
export async function signOut(context: ServiceContext, headers: Headers): Promise<Headers> {
  // public: signing out twice is no harm
  const { headers: answer } = await context.runtime.auth.api.signOut({ headers, returnHeaders: true });
  return answer;
}
