import { serveOpenApi } from '#server/trpc/serve-open-api.ts';

export const dynamic = 'force-dynamic';
export { serveOpenApi as GET };
