import * as fs from 'node:fs';
import { join } from 'node:path';
import { changeImage, changeTree } from './data/change.ts';
import { requireSame, requireSameContent } from './data/compare.ts';
import { SeededRandom } from './data/random.ts';
import type { Sample } from './measuring/measure.ts';
import type { BackupWay, Peer, Source } from './peers/peer.ts';
import type { Workspace } from './workspace.ts';

/** One kind of source through all its operations, all peers in turn. */

export type Operation = BackupWay | 'restore';

export interface ScenarioResult {
  kind: Source['kind'];
  /** Bytes that were read: of an image without its holes. */
  bytes: number;
  samples: { operation: Operation; peer: string; round: number; sample: Sample }[];
}

export interface Scenario {
  workspace: Workspace;
  source: Source;
  peers: readonly Peer[];
  result: ScenarioResult;
  say: (line: string) => void;
}

const WAYS: Record<Source['kind'], readonly BackupWay[]> = {
  image: ['first', 'again', 'changed'],
  tree: ['first', 'again', 'metadata', 'changed'],
};

/** All operations once, each by every peer; adds to the result as it goes. */
export async function runRound(scenario: Scenario, round: number): Promise<void> {
  const { source, result, say } = scenario;
  // Nobody is always the first one, nor always behind the same other one's traces.
  const peers = rotated(scenario.peers, round);
  const add = (operation: Operation, peer: Peer, sample: Sample) => {
    result.samples.push({ operation, peer: peer.name, round, sample });
    say(
      `  ${source.kind}, round ${round + 1}, ${operation}: ${peer.name} ${sample.wallSeconds.toFixed(2)} s`,
    );
  };
  for (const peer of peers) await peer.start(`${source.kind}-${round}`);
  for (const way of WAYS[source.kind]) {
    if (way === 'changed') change(source, round);
    for (const peer of peers) add(way, peer, (await peer.backup(source, way)).sample);
  }
  for (const peer of peers) add('restore', peer, await restore(scenario, peer));
  for (const peer of peers) await peer.finish();
}

function change(source: Source, round: number): void {
  const random = new SeededRandom(`change ${source.kind} ${round}`);
  const path = join(source.directory, source.name);
  if (source.kind === 'tree') changeTree(path, random);
  else changeImage(path, random);
}

/** Only what came back right counts. */
async function restore({ workspace, source }: Scenario, peer: Peer): Promise<Sample> {
  const target = workspace.directory('restored', peer.name);
  const { sample, copy } = await peer.restore(source, target);
  const original = join(source.directory, source.name);
  if (source.kind === 'tree') requireSame(original, copy);
  else requireSameContent(original, copy);
  fs.rmSync(target, { recursive: true, force: true });
  return sample;
}

export function rotated<T>(items: readonly T[], by: number): T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
