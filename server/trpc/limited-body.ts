import { BackupError } from '#domain/errors.ts';

/** The same request with a body that fails with INPUT_TOO_LARGE behind `maxBytes`, whatever its headers say. */
export function withLimitedBody(request: Request, maxBytes: number): Request {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (request.body === null) return request;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      bytes += piece.length;
      if (bytes > maxBytes) controller.error(tooLarge(maxBytes));
      else controller.enqueue(piece);
    },
  });
  const body = request.body.pipeThrough(limit);
  // `duplex` belongs to a body that is a stream; the types of fetch do not know it.
  return new Request(request, { body, duplex: 'half' } as RequestInit);
}

function tooLarge(maxBytes: number): BackupError {
  return new BackupError('INPUT_TOO_LARGE', `The request is larger than ${maxBytes / 1024 / 1024} MiB.`);
}
