import * as fs from 'node:fs';

/** The chunk files below the directory of a datastore, counted as anybody would; damaged ones are none. */
export function chunksOnDisk(path: string): { chunkCount: number; chunkBytes: number } {
  const files = fs.globSync(`${path}/.chunks/*/*`).filter((file) => /\/[0-9a-f]{64}$/.test(file));
  const chunkBytes = files.reduce((sum, file) => sum + fs.lstatSync(file).size, 0);
  return { chunkCount: files.length, chunkBytes };
}
