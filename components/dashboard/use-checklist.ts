'use client';

import { useState } from 'react';
import type { Overview } from '../trpc/views.ts';
import { isComplete } from './prepare-checklist.ts';

/** Shown until the first snapshot is there; whoever watched it come sees the last tick and hides it himself. */
export function useChecklist(checklist: Overview['checklist']) {
  const complete = isComplete(checklist);
  const [watched, setWatched] = useState(!complete);
  if (!complete && !watched) setWatched(true);
  return { shown: !complete || watched, hide: () => setWatched(false) };
}
