import { isAttribute } from './decode-metadata.ts';
import {
  DEVICE,
  ENTRY,
  ENTRY_V1,
  FILENAME,
  FORMAT_VERSION,
  GOODBYE,
  HARDLINK,
  type ItemType,
  PAYLOAD,
  PAYLOAD_REF,
  PRELUDE,
  SYMLINK,
} from './item-types.ts';

/** Where a reader is in an archive. */
export type ReadingState =
  /** Before the first byte. */
  | 'start'
  /** Behind the version of a version 2 archive. */
  | 'prelude'
  /** Before the ENTRY of the root. */
  | 'root'
  /** Behind a FILENAME. */
  | 'node'
  /** Behind an ENTRY: what the node is shows in the item that ends its attributes. */
  | 'attributes'
  /** In a directory, between two entries. */
  | 'children'
  /** Inside content of unlimited size. */
  | 'content'
  | 'end';

const NEXT: Readonly<Record<ReadingState, ReadonlySet<ItemType>>> = {
  start: new Set([ENTRY, ENTRY_V1, FORMAT_VERSION]),
  prelude: new Set([ENTRY, ENTRY_V1, PRELUDE]),
  root: new Set([ENTRY, ENTRY_V1]),
  node: new Set([ENTRY, ENTRY_V1, HARDLINK]),
  attributes: new Set([SYMLINK, DEVICE, PAYLOAD, PAYLOAD_REF]),
  children: new Set([FILENAME, GOODBYE]),
  content: new Set(),
  end: new Set(),
};

/** Whether an item of this type may stand here. Content is in the archive in version 1, elsewhere in 2. */
export function mayFollow(state: ReadingState, type: ItemType, version: 1 | 2): boolean {
  if (type === (version === 1 ? PAYLOAD_REF : PAYLOAD)) return false;
  return NEXT[state].has(type) || (state === 'attributes' && isAttribute(type));
}
