import * as fs from 'node:fs';
import { join } from 'node:path';
import { VerifyResult as TaskResult } from '#domain/verify.ts';
import { CHUNK_ROOT } from '#engine/chunks/chunk-key.ts';
import { bytesBelow, filesBelow } from '../data/files-below.ts';
import { makeImage } from '../data/image.ts';
import { SeededRandom } from '../data/random.ts';
import { findRealFiles } from '../data/real-files.ts';
import { makeTree } from '../data/tree.ts';
import type { Measured } from '../measuring/measure.ts';
import type { Keeper, Source } from '../peers/peer.ts';
import { programWords } from '../programs/run-programs.ts';
import { rotated } from '../scenario.ts';
import { taskResult, taskSeconds } from './task-seconds.ts';
import type { UpkeepContext, UpkeepResult } from './upkeep.ts';

/** Everything that is stored is read and checked, by each program, and by a ceiling over our chunk files. */

const IMAGE_MIB = 7 * 1024;
const FILES = 20_000;
const MIB = 1024 * 1024;

export async function measureVerify(
  context: UpkeepContext,
  keepers: readonly Keeper[],
  result: UpkeepResult,
): Promise<void> {
  const { workspace, meter, options, say } = context;
  say('Making what is backed up and verified …');
  const { sources, bytes } = makeData(context);
  const verify: UpkeepResult['verify'] = { bytes, stored: {}, samples: [] };
  result.verify = verify;
  for (const keeper of keepers) {
    await keeper.start('verify');
    await meter.warm(async () => {
      for (const source of sources) await keeper.backup(source, 'first');
    });
    verify.stored[keeper.name] = bytesBelow(storeOf(keeper));
  }
  const runs = [...keepers.map((keeper) => ({ name: keeper.name, check: () => keeper.check() }))];
  const ours = keepers.find(({ name }) => name === 'IBS');
  if (ours) runs.push({ name: 'ceiling', check: ceiling(context, storeOf(ours)) });
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { name, check } of rotated(runs, round)) {
      const measured = await check();
      const seconds = name === 'IBS' ? requireSound(measured, sources.length) : null;
      verify.samples.push({ program: name, round, sample: measured.sample, taskSeconds: seconds });
      say(`  verify, round ${round + 1}: ${name} ${measured.sample.wallSeconds.toFixed(2)} s`);
    }
  }
  for (const keeper of keepers) await keeper.finish();
  workspace.remove('verify');
}

function makeData({ workspace, options }: UpkeepContext): { sources: Source[]; bytes: number } {
  const directory = workspace.directory('verify');
  const share = options.quick ? 0.1 : 1;
  const real = findRealFiles(new SeededRandom('files'));
  const imageBytes = Math.round(IMAGE_MIB * share) * MIB;
  // From the other end of the list: image and tree have no files in common, where the system has enough of them.
  const fromEnd = [...real].reverse();
  const image = makeImage(join(directory, 'disk.img'), imageBytes, fromEnd, new SeededRandom('verify image'));
  const tree = makeTree(join(directory, 'tree'), FILES * share, real, new SeededRandom('verify tree'));
  return {
    bytes: image.dataBytes + tree.bytes,
    sources: [
      { kind: 'image', directory, name: 'disk.img' },
      { kind: 'tree', directory, name: 'tree' },
    ],
  };
}

/** Of ours the chunks alone: 65,536 directories would take longer to look through than everything else. */
function storeOf(keeper: Keeper): string {
  return keeper.name === 'IBS' ? join(keeper.store(), CHUNK_ROOT) : keeper.store();
}

/** In the order in which they lie on the disk, as the verification reads them. */
function ceiling({ workspace, meter }: UpkeepContext, store: string): () => Promise<Measured> {
  const files = filesBelow(store).map((path) => ({ path, inode: fs.statSync(path).ino }));
  const list = workspace.path('verify', 'chunks.txt');
  files.sort((a, b) => a.inode - b.inode);
  fs.writeFileSync(list, files.map(({ path }) => `${path}\n`).join(''));
  return () => meter.measure({ words: programWords('verify-ceiling.ts', [list]), written: workspace.root });
}

/** Only what looked at everything counts. Returns the seconds of the task. */
function requireSound({ output }: Measured, snapshots: number): number {
  const { sound, failed, skipped } = TaskResult.parse(taskResult(output));
  if (sound !== snapshots || failed + skipped > 0) throw new Error(`Not everything was verified: ${output}`);
  return taskSeconds(output);
}
