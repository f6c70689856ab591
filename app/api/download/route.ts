import { serveDownload } from '#server/trpc/serve-download.ts';

export const dynamic = 'force-dynamic';
export { serveDownload as GET };
