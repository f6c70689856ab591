import { type NamespacePath, namespaceComponents } from '#domain/ids.ts';
import type { LockTable } from './lock-table.ts';
import { namespacePlace } from './places.ts';

/**
 * For whoever makes something in a namespace: neither it nor one above it goes away meanwhile. The root never does.
 * NAMESPACE_LOCKED while one of them is being removed.
 */
export function shareNamespace(locks: LockTable, namespace: NamespacePath, holder: string): Disposable {
  using held = new DisposableStack();
  for (const path of pathsDownTo(namespace)) held.use(locks.shared(namespacePlace(path), holder));
  return held.move();
}

/** `a/b` → `a`, `a/b`. */
function pathsDownTo(namespace: NamespacePath): NamespacePath[] {
  const names = namespaceComponents(namespace);
  return names.map((_, at) => names.slice(0, at + 1).join('/') as NamespacePath);
}
