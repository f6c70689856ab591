import type { ObjectSource } from '../backends/backend.ts';
import { below } from './layout.ts';

/** What lies below a directory, as if that were the root: for listings of a hierarchy that is somewhere else. */
export function sourceBelow(source: ObjectSource, top: string): ObjectSource {
  const keyOf = (key: string) => (key === '' ? top : below(top, key));
  return {
    list: (directory) => source.list(keyOf(directory)),
    get: (key, maxBytes, memory) => source.get(keyOf(key), maxBytes, memory),
    stat: (key) => source.stat(keyOf(key)),
  };
}
