import { parentPort, workerData } from 'node:worker_threads';
import { measureTree } from '../pxar/measure-tree.ts';
import type { MeasureThreadData, PipelineMessage } from './messages.ts';
import { SharedControl } from './shared-control.ts';

/**
 * Walks directories that no earlier backup tells the size of, beside the thread that archives them, so that there is a
 * time left to tell. Nothing depends on it: without an answer there is none.
 */

const data = workerData as MeasureThreadData;
const control = new SharedControl(data.control);

function measureAll(): number | null {
  let total = 0;
  for (const root of data.roots) {
    const bytes = measureTree({
      root,
      options: data.options,
      stopped: () => control.cancelled || control.ended,
    });
    if (bytes === null) return null;
    total += bytes;
  }
  return total;
}

try {
  const bytes = measureAll();
  const message: PipelineMessage | null = bytes === null ? null : { kind: 'measured', bytes };
  if (message !== null) parentPort?.postMessage(message);
} catch {
  // what cannot be walked is reported by the thread that archives it
}
