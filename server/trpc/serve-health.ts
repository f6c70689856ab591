import { sql } from 'drizzle-orm';
import { errorResponse } from './error-response.ts';
import { serverRuntime } from './server-context.ts';

/** Whether the console can do its work: for load balancers and the supervisor. Says nothing about content. */
export async function serveHealth(): Promise<Response> {
  try {
    const { db } = await serverRuntime();
    await db.execute(sql`select 1`);
    return Response.json({ status: 'ok' });
  } catch (error) {
    return errorResponse(error);
  }
}
