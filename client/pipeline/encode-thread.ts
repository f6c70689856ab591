import { parentPort, workerData } from 'node:worker_threads';
import { BackupError } from '#domain/errors.ts';
import { byteTextOf } from '../pxar/byte-text.ts';
import { CatalogWriter } from '../pxar/catalog-writer.ts';
import { encodeTree } from '../pxar/encode-tree.ts';
import type { EncodeTotals } from '../pxar/source-report.ts';
import type { Upcoming } from '../pxar/upcoming.ts';
import { CatalogSink } from './catalog-sink.ts';
import { ChunkBuffers } from './chunk-buffers.ts';
import { ChunkMaker, movable } from './chunk-maker.ts';
import { failureMessage } from './failure-message.ts';
import type { EncodeThreadData, PipelineMessage, TreeArchive } from './messages.ts';
import { SharedControl, Stopped } from './shared-control.ts';
import { SharedDigests } from './shared-digests.ts';
import { StreamSink } from './stream-sink.ts';

/** The thread that walks directories, one archive after the other, and feeds the hashing threads. */

const PROGRESS_MS = 200;

const data = workerData as EncodeThreadData;
const control = new SharedControl(data.control);
const buffers = new ChunkBuffers(data.buffers, control);
const maker = new ChunkMaker(control, new SharedDigests(data.previous), new SharedDigests(data.run));

function post(message: PipelineMessage, move: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, move);
}

function encodeAll(): void {
  let catalogChunks = 0;
  const catalogSink = new CatalogSink((chunk) => {
    const made = maker.make({ archive: data.catalog, ...chunk });
    post({ kind: 'chunk', chunk: made }, movable(made));
    catalogChunks += 1;
  });
  const catalog = new CatalogWriter(catalogSink);
  for (const tree of data.archives) encodeOne(tree, catalog);
  catalog.finish();
  catalogSink.finish();
  post({ kind: 'archive-done', archive: data.catalog, totals: null, chunkCount: catalogChunks });
  control.end();
}

let told = 0;

/** In turn to each of the threads that read ahead. */
function tellAhead(message: { root: string; upcoming: Upcoming }): void {
  data.readAhead[told % data.readAhead.length]?.postMessage(message);
  told += 1;
}

function encodeOne(tree: TreeArchive, catalog: CatalogWriter): void {
  const sink = new StreamSink(buffers, tree.archive);
  const { archive } = tree;
  let toldAt = 0;
  const progress = (totals: Readonly<EncodeTotals>) => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    post({ kind: 'progress', archive, totals: { ...totals } });
  };
  catalog.startArchive(byteTextOf(tree.name));
  const totals = encodeTree({
    root: tree.path,
    sink,
    catalog,
    options: data.options,
    report: (warning) => post({ kind: 'warning', archive, ...warning }),
    progress,
    cancelled: () => control.cancelled,
    upcoming: (upcoming) => tellAhead({ root: tree.path, upcoming }),
  });
  catalog.endArchive();
  const chunkCount = sink.finish();
  post({ kind: 'archive-done', archive, totals: { ...totals }, chunkCount });
}

try {
  encodeAll();
} catch (error) {
  const stopped = error instanceof Stopped || (error instanceof BackupError && error.code === 'CANCELLED');
  if (!stopped) post(failureMessage(error));
  control.cancel();
}
for (const port of data.readAhead) port.close(); // with them, those threads end
