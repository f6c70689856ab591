import { expect, test } from 'vitest';
import { z } from 'zod';
import { CreateDatastoreInput } from './datastore.ts';

const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

test('limits without words of their own are told in characters, numbers or entries', () => {
  expect(said(z.string().min(10), 'test')).toBe('At least 10 characters.');
  expect(said(z.string().max(1), 'test')).toBe('At most 1 character.');
  expect(said(z.number().min(1), 0)).toBe('At least 1.');
  expect(said(z.number().max(3650), 4000)).toBe('At most 3\u00a0650.');
  expect(said(z.array(z.string()).min(1), [])).toBe('At least one of them.');
  expect(said(z.number().max(7, 'A week has seven days.'), 8)).toBe('A week has seven days.');
});

test('a reason that is too short for a second datastore on a filesystem', () => {
  const input = { type: 'local', name: 'main', path: '/mnt/main', sameFilesystemReason: 'test' };
  expect(said(CreateDatastoreInput, input)).toBe('At least 10 characters.');
});
