import type { BenchOptions } from '../options.ts';
import type { Source } from '../peers/peer.ts';
import type { Workspace } from '../workspace.ts';
import { type ImageFacts, makeImage } from './image.ts';
import { SeededRandom } from './random.ts';
import { findRealFiles, type RealFile } from './real-files.ts';
import { makeTree } from './tree.ts';

export interface BenchData {
  image: ImageFacts;
  sources: { source: Source; bytes: number }[];
  /** Images that are backed up at once. */
  parallel: ImageFacts[];
  /** In words. */
  about: string[];
}

const FILES = 20_000;
const IMAGE_BYTES = 2 * 1024 ** 3;
const PARALLEL_IMAGES = 4;
const MIB = 1024 * 1024;

/** The same data on every run of the same system; a tenth of it for a quick one. */
export function makeBenchData(workspace: Workspace, options: BenchOptions): BenchData {
  const directory = workspace.directory('data');
  const share = options.quick ? 0.1 : 1;
  const real = findRealFiles(new SeededRandom('files'));
  const imageBytes = Math.round((IMAGE_BYTES * share) / MIB) * MIB;
  // From the other end of the list: image and tree have no files in common.
  const image = makeImage(
    workspace.path('data', 'disk.img'),
    imageBytes,
    [...real].reverse(),
    new SeededRandom('image'),
  );
  const tree = options.parts.includes('tree')
    ? makeTree(workspace.path('data', 'tree'), FILES * share, real, new SeededRandom('tree'))
    : null;
  const parallel = options.parts.includes('parallel') ? makeParallel(workspace, imageBytes, real) : [];
  const origin = real.length > 0 ? 'files of this system and random bytes' : 'made-up text and random bytes';
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  return {
    image,
    parallel,
    sources: [
      { source: { kind: 'image', directory, name: 'disk.img' }, bytes: image.dataBytes },
      ...(tree ? [{ source: { kind: 'tree' as const, directory, name: 'tree' }, bytes: tree.bytes }] : []),
    ],
    about: [
      `image of ${megabytes(image.bytes)}, ${megabytes(image.dataBytes)} of it data, the rest holes; ${origin}`,
      ...(tree ? [`tree of ${tree.files} files, ${megabytes(tree.bytes)}; ${origin}`] : []),
    ],
  };
}

/** As much as the one image in all, each with files of its own. */
function makeParallel(workspace: Workspace, bytes: number, real: readonly RealFile[]): ImageFacts[] {
  return Array.from({ length: PARALLEL_IMAGES }, (_, number) => {
    const from = Math.floor((real.length * number) / PARALLEL_IMAGES);
    const files = [...real.slice(from), ...real.slice(0, from)];
    const path = workspace.path('data', `parallel-${number}.img`);
    return makeImage(path, bytes / PARALLEL_IMAGES, files, new SeededRandom(`parallel ${number}`));
  });
}
