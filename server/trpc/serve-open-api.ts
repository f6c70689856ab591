import { openApiDocument } from './open-api.ts';

/** For everybody: it says what there is, and nothing of what is kept here. */
export async function serveOpenApi(): Promise<Response> {
  return Response.json(openApiDocument(), { headers: { 'cache-control': 'max-age=300' } });
}
