import { serveSignIn } from '#server/auth/session-requests.ts';

export { serveSignIn as POST };
