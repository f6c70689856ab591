import { serveApi } from '#server/trpc/serve-api.ts';

export const dynamic = 'force-dynamic';
export { serveApi as GET, serveApi as POST };
