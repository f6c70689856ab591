/** What a whole run has done. */
export interface Done {
  turns: number;
  crashes: number;
  backups: number;
  removals: number;
  prunes: number;
  collections: number;
  removedChunks: number;
  verified: number;
  restores: number;
  damaged: number;
  jumps: number;
  trashed: number;
  restoredFromTrash: number;
  renamedByHand: number;
  removedByHand: number;
}

export function nothingDone(): Done {
  return {
    ...{ turns: 0, crashes: 0, backups: 0, removals: 0, prunes: 0, collections: 0, removedChunks: 0 },
    ...{ verified: 0, restores: 0, damaged: 0, jumps: 0, trashed: 0, restoredFromTrash: 0 },
    ...{ renamedByHand: 0, removedByHand: 0 },
  };
}
