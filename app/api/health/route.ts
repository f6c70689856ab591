import { serveHealth } from '#server/trpc/serve-health.ts';

export const dynamic = 'force-dynamic';
export { serveHealth as GET };
