import { sipHash } from './siphash.ts';

/**
 * Every kind of item of an archive, with its id and how long its content may be. An id is the hash of a
 * label, so the table can check itself; ids are kept as two halves because headers are read that way.
 */
export interface ItemType {
  /** As written in messages. */
  readonly name: string;
  readonly label: string;
  readonly high: number;
  readonly low: number;
  /** Content without the header, in bytes. */
  readonly contentMin: number;
  readonly contentMax: number;
}

export const HEADER_SIZE = 16;
export const NAME_MAX = 4096;
export const XATTR_NAME_MAX = 255;
/** Name, its NUL and value together: a name and a value of full length are one byte too long. */
export const XATTR_CONTENT_MAX = 255 + 65536;
export const PRELUDE_MAX = 1 << 20;
export const GOODBYE_ITEM_SIZE = 24;

const UNLIMITED = Number.MAX_SAFE_INTEGER;

const types: ItemType[] = [];

export const ENTRY = define('ENTRY', 'ENTRY_V2', 0xd5956474, 0xe588acef, 40);
export const ENTRY_V1 = define('ENTRY_V1', 'ENTRY', 0x11da850a, 0x1c1cceff, 32);
export const FILENAME = define('FILENAME', 'FILENAME', 0x16701121, 0x063917b3, 2, NAME_MAX + 1);
export const SYMLINK = define('SYMLINK', 'SYMLINK', 0x27f971e7, 0xdbf5dc5f, 2, NAME_MAX + 1);
export const DEVICE = define('DEVICE', 'DEVICE', 0x9fc9e906, 0x586d5ce9, 16);
export const XATTR = define('XATTR', 'XATTR', 0x0dab0229, 0xb57dcd03, 2, XATTR_CONTENT_MAX);
export const ACL_USER = define('ACL_USER', 'ACL_USER', 0x2ce8540a, 0x457d55b8, 16);
export const ACL_GROUP = define('ACL_GROUP', 'ACL_GROUP', 0x136e3ece, 0xb04c03ab, 16);
export const ACL_GROUP_OBJ = define('ACL_GROUP_OBJ', 'ACL_GROUP_OBJ', 0x10868031, 0xe9582876, 8);
export const ACL_DEFAULT = define('ACL_DEFAULT', 'ACL_DEFAULT', 0xbbbb1341, 0x5a6896f5, 32);
export const ACL_DEFAULT_USER = define('ACL_DEFAULT_USER', 'ACL_DEFAULT_USER', 0xc89357b4, 0x0532cd1f, 16);
export const ACL_DEFAULT_GROUP = define('ACL_DEFAULT_GROUP', 'ACL_DEFAULT_GROUP', 0xf90a8a58, 0x16038ffe, 16);
export const FCAPS = define('FCAPS', 'FCAPS', 0x2da9dd9d, 0xb5f7fb67, 0, XATTR_CONTENT_MAX);
export const QUOTA_PROJECT = define('QUOTA_PROJID', 'QUOTA_PROJID', 0xe07540e8, 0x2f7d1cbb, 8);
export const HARDLINK = define('HARDLINK', 'HARDLINK', 0x51269c84, 0x22bd7275, 10, 8 + NAME_MAX + 1);
export const PAYLOAD = define('PAYLOAD', 'PXAR_PAYLOAD', 0x28147a1b, 0x0b7c1a25, 0, UNLIMITED);
export const GOODBYE = define('GOODBYE', 'GOODBYE', 0x2fec4fa6, 0x42d5731d, 0, UNLIMITED);
export const FORMAT_VERSION = define('FORMAT_VERSION', 'VERSION', 0x730f6c75, 0xdf16a40d, 8);
export const PRELUDE = define('PRELUDE', 'PRELUDE', 0xe309d79d, 0x9f7b771b, 0, PRELUDE_MAX);
export const PAYLOAD_REF = define('PAYLOAD_REF', 'PXAR_PAYLOAD_REF', 0x419d3d6b, 0xc4ba977e, 16);
export const PAYLOAD_START = define(
  'PAYLOAD_START_MARKER',
  'PXAR_PAYLOAD_START_MARKER',
  0x834c68c2,
  0x194a4ed2,
  0,
);
export const PAYLOAD_TAIL = define(
  'PAYLOAD_TAIL_MARKER',
  'PXAR_PAYLOAD_TAIL_MARKER',
  0x6c72b78b,
  0x984c81b5,
  0,
);

/** Not an item: stands in place of the hash in the last entry of a goodbye table. */
export const GOODBYE_TAIL = { label: 'PXAR_GOODBYE_TAIL_MARKER', high: 0xef5eed5b, low: 0x753e1555 } as const;

export const ITEM_TYPES: readonly ItemType[] = types;

/** No two ids share their low half; the table checks itself for that below. */
const byLow = new Map(types.map((type) => [type.low, type]));

export function itemTypeOf(high: number, low: number): ItemType | undefined {
  const type = byLow.get(low);
  return type?.high === high ? type : undefined;
}

/** Labels whose hash is not their id, or whose low half is taken; empty when the table is right. */
export function checkItemTypes(): string[] {
  const wrong = [...types, GOODBYE_TAIL].filter(({ label, high, low }) => {
    const hash = sipHash(`__PROXMOX_FORMAT_${label}__`);
    return hash.high !== high || hash.low !== low;
  });
  const hidden = types.filter((type) => byLow.get(type.low) !== type);
  return [...wrong, ...hidden].map(({ label }) => label);
}

function define(name: string, label: string, high: number, low: number, min: number, max = min): ItemType {
  const type = { name, label, high, low, contentMin: min, contentMax: max };
  types.push(type);
  return type;
}
