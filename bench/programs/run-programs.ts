import { join } from 'node:path';
import { run } from '../measuring/measure.ts';
import type { BenchOptions } from '../options.ts';
import type { Workspace } from '../workspace.ts';
import type { Rates } from './rate-names.ts';
import type { StoreFigures } from './store-figures.ts';

const CHUNKS = 256;

export async function measureRates(image: string): Promise<Rates> {
  return JSON.parse(await program('rates.ts', [image]));
}

export async function measureStore(
  workspace: Workspace,
  image: string,
  { rounds, quick }: BenchOptions,
): Promise<StoreFigures[]> {
  const directory = workspace.directory('store');
  const chunks = String(quick ? CHUNKS / 8 : CHUNKS);
  return JSON.parse(await program('chunk-store.ts', [image, directory, chunks, String(rounds)]));
}

async function program(name: string, words: string[]): Promise<string> {
  return (await run({ words: programWords(name, words) })).output;
}

/** How one of the programs of this folder is started. */
export function programWords(name: string, words: readonly string[]): string[] {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
  return [...node, join(import.meta.dirname, name), ...words];
}
