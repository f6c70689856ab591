/** What the programs of the garbage collection are given, and what they print. */

export interface GcStoreJob {
  path: string;
  uuid: string;
  chunks: number;
  references: number;
}

export interface GcStoreFacts {
  snapshots: number;
  groups: number;
  /** Chunks that no index refers to. */
  garbage: number;
}

/** Of one collection by the engine. */
export interface CollectFigures {
  markSeconds: number;
  sweepSeconds: number;
  /** Who uses the space, where that is counted. */
  useSeconds: number;
  cpuSeconds: number;
  references: number;
  neededChunks: number;
  unneededChunks: number;
  /** Of the table of marks. */
  tableBytes: number;
}

/** Of one run of the ceiling. */
export interface CeilingFigures {
  readSeconds: number;
  listSeconds: number;
  cpuSeconds: number;
  indexes: number;
  indexBytes: number;
  names: number;
}
