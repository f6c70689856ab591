'use client';

import { useCallback, useEffect, useState } from 'react';
import { type Draft, EMPTY_DRAFT, readDraft } from './draft.ts';

const KEY = 'ibs-datastore-draft';

/** The draft, kept over a reload of this tab. It holds no secrets. */
export function useDraft() {
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [loaded, setLoaded] = useState(false);

  // The server knows no draft; the browser's comes right after the first frame.
  useEffect(() => {
    setDraft(readDraft(sessionStorage.getItem(KEY)));
    setLoaded(true);
  }, []);
  useEffect(() => {
    if (loaded) sessionStorage.setItem(KEY, JSON.stringify(draft));
  }, [draft, loaded]);

  const change = useCallback((changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes })), []);
  const forget = useCallback(() => {
    sessionStorage.removeItem(KEY);
    setLoaded(false);
  }, []);
  return { draft, loaded, change, forget };
}
