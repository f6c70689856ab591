import { collectGarbage } from '#engine/gc/collect.ts';
import type { CollectFigures } from './gc-figures.ts';
import { openStore } from './open-engine.ts';

/**
 * One garbage collection of the engine alone, which only tells what would go, so that the next one finds the same.
 * `full`: it also asks for the size of each chunk and counts who uses the space.
 */

const [path = '', uuid = '', mode = 'lean'] = process.argv.slice(2);
const store = await openStore(path, uuid, 'none');
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
let [markedAt, sweptAt] = [startedAt, startedAt];
const report = await collectGarbage(store, {
  ...{ dryRun: true, graceSeconds: 0, expectedSnapshots: null },
  // The bytes of all chunks are known, as in a server that has counted them.
  storedBytes: async () => 0,
  spaceUse: mode === 'full' ? async () => {} : null,
  tryAccessTime: async () => null,
  signal: new AbortController().signal,
  warn: (text) => process.stderr.write(`${text}\n`),
  missing: async ({ digest }) => {
    throw new Error(`Chunk ${digest} is missing.`);
  },
  report: ({ phase }) => {
    if (phase === 'Mark') markedAt = performance.now();
    if (phase === 'Sweep') sweptAt = performance.now();
  },
});
const endedAt = performance.now();
const { user, system } = process.cpuUsage(cpuBefore);
const { counts } = report;
const figures: CollectFigures = {
  markSeconds: (markedAt - startedAt) / 1000,
  sweepSeconds: (sweptAt - markedAt) / 1000,
  useSeconds: (endedAt - sweptAt) / 1000,
  cpuSeconds: (user + system) / 1e6,
  references: report.references,
  neededChunks: report.neededChunks,
  unneededChunks: counts.pending.files + counts.removed.files,
  tableBytes: report.memoryBytes,
};
console.log(JSON.stringify(figures));
process.exit(0);
