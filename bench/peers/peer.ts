import type { Measured, Meter } from '../measuring/measure.ts';
import type { Workspace } from '../workspace.ts';

/** What is backed up: a directory tree or one image file, by its name in the data directory. */
export interface Source {
  kind: 'tree' | 'image';
  /** Directory that the backup runs in. */
  directory: string;
  name: string;
}

/** `again` reads everything; `metadata` may trust sizes and times of what the last backup saw. */
export type BackupWay = 'first' | 'again' | 'metadata' | 'changed';

/** A program that takes part. Each round it starts with an empty store. */
export interface Peer {
  name: string;
  /** Version and the settings that matter, in one line; null when it is not installed. */
  describe(): string | null;
  start(round: string): Promise<void>;
  backup(source: Source, way: BackupWay): Promise<Measured>;
  /** Restores the last backup below `target`, an empty directory; tells where the copy is. */
  restore(source: Source, target: string): Promise<Measured & { copy: string }>;
  /** Removes what the round left. */
  finish(): Promise<void>;
}

export interface PeerContext {
  meter: Meter;
  workspace: Workspace;
}

/** A program that also looks after what it has stored. */
export interface Keeper extends Peer {
  /** Where its data lies. */
  store(): string;
  /** Reads everything that is stored and checks it. */
  check(): Promise<Measured>;
  /** What has to be done before a prune, and is not measured. */
  age(): void;
  /** Removes all backups but the newest ones, and frees what nothing needs any more; one entry for each command. */
  prune(keep: number): Promise<{ name: string; measured: Measured }[]>;
  /** How many backups there are. */
  count(): Promise<number>;
}
