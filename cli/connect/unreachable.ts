import { BackupError } from '#domain/errors.ts';
import { codeOf } from './credentials.ts';

/** Why a server did not answer, and what to do about it. */

const TLS_CODES = /^(CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|ERR_SSL)/;
const CODE_DEPTH_MAX = 4;

export function unreachable(server: string, cause: unknown): BackupError {
  const code = innerCode(cause);
  const [what, hint] = words(server, code, cause);
  return new BackupError('SERVER_UNREACHABLE', `${server} ${what}.`, { hint, cause });
}

function words(server: string, code: string, cause: unknown): [what: string, hint: string] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return ['cannot be found', 'Check the name of the host, or name the server by --server or IBS_SERVER.'];
  }
  if (TLS_CODES.test(code)) {
    return [
      `shows a certificate that is not trusted (${code})`,
      'If it is the right server, let NODE_EXTRA_CA_CERTS name the file of the authority that signed it.',
    ];
  }
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return ['did not answer in time', 'Try again; look at the log of the server.'];
  }
  const running = isLocal(server)
    ? 'Is the server running? Start it with "npm start".'
    : 'Is the server running?';
  const reason =
    code === 'ECONNREFUSED' ? 'refuses connections' : `cannot be reached${code ? ` (${code})` : ''}`;
  return [reason, `${running} Another address is given by --server or IBS_SERVER.`];
}

/** Answers that no console gives: a proxy's own pages, a redirect, another program on that port. */
export function checkAnswer(server: string, response: Response): void {
  if (response.status >= 300 && response.status < 400) {
    const target = response.headers.get('location') ?? '';
    const address = URL.canParse(target) ? new URL(target).origin : 'another address';
    throw new BackupError('SERVER_UNREACHABLE', `${server} redirects to ${address}.`, {
      hint: 'Is it the console? If so, name that address by --server or IBS_SERVER.',
    });
  }
  if (response.headers.get('content-type')?.includes('json')) return;
  if ([502, 503, 504].includes(response.status)) {
    throw new BackupError('SERVER_UNREACHABLE', `${server} answers, but the console behind it does not.`, {
      hint: 'It may be starting; try again in a moment.',
    });
  }
  throw new BackupError('SERVER_UNREACHABLE', `${server} is not an Ironcore Backup console.`, {
    hint: 'Check the address and port; the backup gateway has another port than the console.',
  });
}

function innerCode(error: unknown): string {
  let at = error;
  for (let depth = 0; depth < CODE_DEPTH_MAX && at instanceof Error; depth += 1) {
    const code = codeOf(at);
    if (code !== '' && !/^\d+$/.test(code)) return code;
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return '';
}

export function isLocal(server: string): boolean {
  return /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/.test(server);
}
