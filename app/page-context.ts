import { headers } from 'next/headers';
import { cache } from 'react';
import { createCaller } from '#server/trpc/root.ts';
import { contextOf } from '#server/trpc/server-context.ts';

/** Who asks for this page; layouts and pages of one request share it, with the rights that it has read. */
export const pageContext = cache(async () =>
  contextOf(new Request('http://console/', { headers: await headers() })),
);

/** The API with the rights of whoever asks for this page. */
export async function pageCaller() {
  return createCaller(await pageContext());
}
