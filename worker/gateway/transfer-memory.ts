import { MemoryShelf } from '#engine/threads/memory-shelf.ts';
import { KEPT_BYTES } from './memory-plan.ts';

/** What chunks come and go in, of all connections. */
export const transferMemory = new MemoryShelf(KEPT_BYTES);
