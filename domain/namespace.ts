import { z } from 'zod';
import { DatastoreNameInput } from './datastore.ts';
import { type NamespacePath, parseNamespacePath } from './ids.ts';
import { refuse } from './result.ts';
import { schemaOf } from './schema.ts';
import { NamespaceInput } from './snapshot.ts';
import { formatBytes } from './units.ts';

/** One namespace of a datastore; the empty path is the root. */
export const NamespaceGetInput = z.object({ datastore: DatastoreNameInput, namespace: NamespaceInput });
export type NamespaceGetInput = z.infer<typeof NamespaceGetInput>;

/** The root is the datastore itself, which cannot go without it. */
export function parseRemovableNamespace(text: string) {
  if (text !== '') return parseNamespacePath(text);
  return refuse('NAMESPACE_INVALID', 'The root namespace cannot be removed.', {
    field: 'namespace',
    hint: 'Name one below it, or remove the datastore.',
  });
}

export const NamespacePlanInput = z.object({
  datastore: DatastoreNameInput,
  namespace: schemaOf((text) => parseRemovableNamespace(text)),
});
export type NamespacePlanInput = z.infer<typeof NamespacePlanInput>;

const DIGEST = z.string().regex(/^[0-9a-f]{64}$/, 'This is no digest of a plan.');

export const NamespaceRemoveInput = NamespacePlanInput.extend({
  /** Also with snapshots in it or below; without, an empty one alone goes. */
  withContent: z.boolean().default(false),
  /** With content: protected snapshots as well. */
  includeProtected: z.boolean().default(false),
  /** Of the plan that was agreed to: when anything is in it that was not, or not any more, nothing goes. */
  digest: DIGEST.optional(),
});
export type NamespaceRemoveInput = z.infer<typeof NamespaceRemoveInput>;

/** What the task is given beside its datastore. */
export const NamespaceRemovePayload = z.object({
  namespace: schemaOf((text) => parseRemovableNamespace(text)),
  withContent: z.boolean(),
  includeProtected: z.boolean(),
  digest: DIGEST,
});

/** Whether a namespace is another one or lies below it. */
export function isWithin(namespace: NamespacePath | string, top: NamespacePath | string): boolean {
  return namespace === top || top === '' || namespace.startsWith(`${top}/`);
}

/** Bytes on the disk, as the last garbage collection found them; null where none has looked since. */
export interface NamespaceUse {
  exclusiveBytes: number | null;
  usedBytes: number | null;
}

/** What is stored once for it and for others as well; null where nobody has looked. */
export function sharedBytes({ exclusiveBytes, usedBytes }: NamespaceUse): number | null {
  return exclusiveBytes === null || usedBytes === null ? null : usedBytes - exclusiveBytes;
}

/** Whom the chunks of a namespace belong to, in a sentence. */
export function namespaceUseWords(use: NamespaceUse): string {
  const shared = sharedBytes(use);
  if (use.exclusiveBytes === null || shared === null)
    return 'Not known before a garbage collection has looked.';
  if (shared === 0 && use.exclusiveBytes === 0) return 'It needs no chunks.';
  if (shared === 0) return 'It shares nothing with other namespaces.';
  const part = use.exclusiveBytes === 0 ? 'All of it' : `${formatBytes(shared)} of it`;
  return `${part} is needed by other namespaces as well, and stored once.`;
}
