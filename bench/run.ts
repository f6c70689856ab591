import * as fs from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { makeBenchData } from './data/bench-data.ts';
import { describeMachine } from './measuring/machine.ts';
import { endRunning, Meter } from './measuring/measure.ts';
import { canDropCaches } from './measuring/page-cache.ts';
import { type BenchOptions, type Part, readOptions, wantsBackups } from './options.ts';
import { measureParallel } from './parallel.ts';
import { barePeer } from './peers/bare.ts';
import { borgPeer } from './peers/borg.ts';
import { ibsPeer } from './peers/ibs.ts';
import type { Keeper, Peer, PeerContext } from './peers/peer.ts';
import { resticPeer } from './peers/restic.ts';
import { measureRates, measureStore } from './programs/run-programs.ts';
import { type BenchResult, reportOf } from './report/report.ts';
import { runRound, type Scenario, type ScenarioResult } from './scenario.ts';
import { type BenchServer, startBenchServer } from './server.ts';
import { measureUpkeep } from './upkeep/measure-upkeep.ts';
import { Workspace } from './workspace.ts';

/** `npm run bench`: makes data, starts a server, measures, prints, removes everything. Not part of the tests. */

const say = (line: string) =>
  void process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(5)} s  ${line}\n`);

async function bench(options: BenchOptions, workspace: Workspace, result: BenchResult): Promise<void> {
  result.coldCache = !options.warm && canDropCaches();
  const context = { meter: new Meter(result.coldCache), workspace };
  let started: Promise<BenchServer> | null = null;
  const server = () => {
    if (started === null) say('Starting a server …');
    started ??= startBenchServer(workspace);
    return started;
  };
  if (wantsBackups(options)) await measureBackups(context, options, result, server);
  await measureUpkeep({ ...context, options, say }, result.upkeep, async () =>
    installed(keepersOf(context, await server()), result),
  );
}

async function measureBackups(
  context: PeerContext,
  options: BenchOptions,
  result: BenchResult,
  startServer: () => Promise<BenchServer>,
): Promise<void> {
  const { workspace } = context;
  const wants = (part: Part) => options.parts.includes(part);
  say('Making the data …');
  const data = makeBenchData(workspace, options);
  result.data = data.about;
  say('Measuring in memory, and the chunk store alone …');
  if (wants('rates')) result.rates = await measureRates(data.image.path);
  if (wants('store')) result.store = await measureStore(workspace, data.image.path, options);
  if (!wants('image') && !wants('tree') && !wants('parallel')) return;
  const server = await startServer();
  const peers = installed([...keepersOf(context, server), barePeer(context)], result);
  const scenarios = data.sources
    .filter(({ source }) => wants(source.kind))
    .map(({ source, bytes }): Scenario => {
      const measured: ScenarioResult = { kind: source.kind, bytes, samples: [] };
      result.scenarios.push(measured);
      return { workspace, source, peers, result: measured, say };
    });
  for (let round = 0; round < options.rounds; round += 1)
    for (const scenario of scenarios) await runRound(scenario, round);
  for (let round = 0; wants('parallel') && round < options.rounds; round += 1) {
    const images = data.parallel.map(({ path }) => path);
    const bytes = data.parallel.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
    result.parallel.push(await measureParallel(workspace, server, images, round, bytes));
    say(
      `  ${images.length} backups at once, round ${round + 1}: ${result.parallel.at(-1)?.wallSeconds.toFixed(2)} s`,
    );
  }
}

function keepersOf(context: PeerContext, server: BenchServer): Keeper[] {
  return [ibsPeer(context, server), resticPeer(context), borgPeer(context)];
}

/** Those that are there; the report names all of them. */
function installed<P extends Peer>(all: readonly P[], result: BenchResult): P[] {
  return all.filter((peer) => {
    const about = peer.describe();
    if (!result.peers.some(({ name }) => name === peer.name)) result.peers.push({ name: peer.name, about });
    return about !== null;
  });
}

function emptyResult({ quick, rounds }: BenchOptions): BenchResult {
  const machine = describeMachine(tmpdir());
  const nothing = { data: [], peers: [], rates: null, store: [], scenarios: [], parallel: [] };
  const upkeep = { plan: null, gc: null, verify: null, maintenance: null };
  return { machine, loadAfter: [], coldCache: false, quick, rounds, ...nothing, upkeep };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return;
  const result = emptyResult(options);
  const tell = () => {
    result.loadAfter = loadavg();
    process.stdout.write(`\n${reportOf(result)}`);
    if (options.json) fs.writeFileSync(options.json, `${JSON.stringify(result, null, 1)}\n`);
  };
  const workspace = new Workspace(() => {
    say('Stopped early; what was measured until then:');
    tell();
  });
  workspace.atEnd(endRunning);
  try {
    await bench(options, workspace, result);
    tell();
  } finally {
    await workspace.clean();
  }
}

await main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
