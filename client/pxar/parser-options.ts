/** What a caller may choose when an archive is parsed. */
export interface ParserOptions {
  /**
   * `archive`: a whole archive, or the range of one of its directories, which reads the same: the first
   * item is the ENTRY of a directory. `node`: the range of one entry of any kind with its name.
   */
  scope?: 'archive' | 'node';
  /** Where the first byte stands in the archive; hardlinks are counted from there. */
  position?: number;
  /** Version 2 keeps the content of files in another stream; for a range the caller has to know. */
  version?: 1 | 2;
  /** Recomputes every goodbye table and compares. Sequential reading does not need them. */
  checkTables?: boolean;
}

/** Content that stands in the payload stream of a split archive. */
export interface PayloadReference {
  /** Of the PAYLOAD header; the content begins 16 bytes later. */
  offset: number;
  size: number;
}
