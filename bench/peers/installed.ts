import { spawnSync } from 'node:child_process';

/** First line of what a program says about its version; null when it is not there. */
export function versionOf(program: string, word: string): string | null {
  const result = spawnSync(program, [word], { encoding: 'utf8' });
  return result.status === 0 ? (result.stdout.split('\n')[0] ?? '').trim() : null;
}

export function linesOf(output: string): number {
  return output.split('\n').filter((line) => line !== '').length;
}
