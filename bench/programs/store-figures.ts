/** What the program `chunk-store.ts` prints, for each round. */
export interface StoreFigures {
  chunks: number;
  payloadBytes: number;
  storedBytes: number;
  /** Seconds: chunks that nobody had, the same ones uploaded again, and only marked as used. */
  newSeconds: number;
  againSeconds: number;
  touchSeconds: number;
  /** Plain write of the stored bytes into as many files, one after the other. */
  writeSeconds: number;
}
