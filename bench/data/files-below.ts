import * as fs from 'node:fs';
import { join } from 'node:path';

/** Paths of all files below a directory, in the order of their names. */
export function filesBelow(directory: string): string[] {
  const entries = fs.readdirSync(directory, { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() ? [path] : [];
    });
}

export function bytesBelow(directory: string): number {
  return filesBelow(directory).reduce((sum, path) => sum + fs.statSync(path).size, 0);
}
