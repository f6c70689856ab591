import { setTimeout } from 'node:timers/promises';
import type { Findings } from '#engine/audit/findings.ts';
import type { Datastore } from '#engine/datastore.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';

/** A backup takes its locks just before it is registered, so one look proves nothing. */
const LOOKS = 3;
const PAUSE_MS = 1000;

/**
 * When nothing runs but the audit, nothing may be held: a lock would keep its group from being backed up for ever, and a
 * writer would keep chunks from being collected.
 */
export async function auditIdle(
  owned: OwnedDatastore,
  store: Datastore,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  let held = holdings(store);
  for (let look = 1; held.length > 0 && look <= LOOKS; look += 1) {
    if (owned.operations.count > 1) return;
    await setTimeout(PAUSE_MS, null, { signal });
    const still = holdings(store);
    held = held.filter((name) => still.includes(name));
  }
  for (const name of held) {
    if (name === WRITER)
      findings.add('writer-held', owned.name, 'A writer is registered although nothing runs.');
    else findings.add('lock-held', name, 'Is locked although nothing runs.');
  }
}

const WRITER = 'writer';

function holdings(store: Datastore): string[] {
  const locks = store.locks.list().map(({ key, holder }) => `${key}: ${holder}`);
  return store.processLock.oldestWriter() === null ? locks : [...locks, WRITER];
}
