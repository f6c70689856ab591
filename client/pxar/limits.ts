/** Bounds that every reader enforces and the encoder keeps, so that no archive can ask for too much. */

/** Directories inside one another; the root is not counted. */
export const DEPTH_MAX = 1000;
/** Bytes of a path from the root of the archive. */
export const PATH_SIZE_MAX = 64 * 1024;
/** Items that describe one entry. */
export const ATTRIBUTES_MAX = 4096;
/** … and their bytes together. */
export const ATTRIBUTES_SIZE_MAX = 1 << 20;
/** Bytes of the names of all directories that are open at once, kept to find duplicates. */
export const OPEN_NAMES_SIZE_MAX = 256 << 20;
/** Children that a listing by random access answers. */
export const LISTING_MAX = 1 << 20;
