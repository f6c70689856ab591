import { formatSnapshotPath, type NamespacePath, type SnapshotRef } from './ids.ts';

/** What a namespace holds, with those below it: a plan of its removal shows it, and the task has to find it again. */
export interface NamespaceContent {
  /** Itself first, parents before children. */
  namespaces: NamespacePath[];
  snapshots: HeldSnapshot[];
}

export interface HeldSnapshot {
  ref: SnapshotRef;
  protected: boolean;
  finished: boolean;
}

/** Equal for equal content, in whatever order it was found. */
export async function contentDigest({ namespaces, snapshots }: NamespaceContent): Promise<string> {
  const lines = [
    ...namespaces,
    ...snapshots.map(
      (one) => `${formatSnapshotPath(one.ref)} ${Number(one.protected)}${Number(one.finished)}`,
    ),
  ];
  const text = new TextEncoder().encode(lines.sort().join('\n'));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
