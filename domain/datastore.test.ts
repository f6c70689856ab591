import { describe, expect, test } from 'vitest';
import {
  deduplicationRatio,
  deduplicationWords,
  type StatusFacts,
  statusOf,
  statusSentence,
} from './datastore.ts';

const SOUND: NonNullable<StatusFacts['probe']> = {
  reachable: true,
  writable: true,
  warnings: [],
  reason: '',
  misses: 0,
  certain: false,
};

function facts(probe: Partial<typeof SOUND>, more: Partial<StatusFacts> = {}): StatusFacts {
  return {
    deleting: false,
    maintenance: null,
    suspect: null,
    damagedChunks: 0,
    probe: { ...SOUND, ...probe },
    ...more,
  };
}

describe('the status of a datastore in a sentence', () => {
  const gone = { reachable: false, writable: false, reason: 'The mount is gone.' };
  const note = { mode: 'read-only' as const, message: 'New disks until noon', since: 0, by: 'admin@ibs' };

  test.each([
    [facts({}), 'a is online.'],
    [facts({ ...gone, certain: true }), 'a is offline: The mount is gone.'],
    [facts({ ...gone, misses: 3 }), 'a is offline: The mount is gone.'],
    [
      facts({ ...gone, misses: 1 }),
      'a is degraded: The mount is gone. Missed 1 of 3 probes before it counts as offline.',
    ],
    [facts({ warnings: ['One.', 'Two.'] }), 'a is degraded: One. Two.'],
    [
      facts({ warnings: ['Late.'] }, { damagedChunks: 2 }),
      'a is degraded: 2 chunks are damaged or missing; an audit names the snapshots that need them. Late.',
    ],
    [facts({}, { maintenance: note }), 'a is read-only: New disks until noon.'],
  ])('%#', (known, words) => {
    expect(statusSentence('a', statusOf(known))).toBe(words);
  });
});

describe('the deduplication ratio', () => {
  test('is not known before something was finished, whatever cut-off backups have stored', () => {
    expect(deduplicationRatio({ logicalBytes: 0, chunkBytes: 500 })).toBe(null);
    expect(deduplicationRatio({ logicalBytes: 500, chunkBytes: 0 })).toBe(null);
  });

  test('compares finished snapshots with all chunks, and says so where that is below 1', () => {
    const shared = { logicalBytes: 3000, chunkBytes: 1000 };
    expect(deduplicationRatio(shared)).toBe(3);
    expect(deduplicationRatio({ logicalBytes: 90, chunkBytes: null })).toBeNull();
    expect(deduplicationWords(shared)).not.toContain('cut off');
    expect(deduplicationWords({ logicalBytes: 90, chunkBytes: 1000 })).toContain(
      'Chunks of backups that were cut off or forgotten count until the next garbage collection.',
    );
  });
});
