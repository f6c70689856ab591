import { serveSignOut } from '#server/auth/session-requests.ts';

export { serveSignOut as POST };
