import { readFileSync } from 'node:fs';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { expect, test } from 'vitest';
import type { Kind } from '#domain/errors.ts';
import { ERROR_DOCS, errorDocs, HTTP_STATUS } from './write-error-docs.ts';

test('docs/errors.md is what the registry makes; write it anew with node scripts/write-error-docs.ts', () => {
  expect(readFileSync(ERROR_DOCS, 'utf8')).toBe(errorDocs());
});

test.each(Object.entries(HTTP_STATUS))('%s is answered with %i', (kind, status) => {
  expect(getHTTPStatusCodeFromError(new TRPCError({ code: kind as Kind }))).toBe(status);
});
