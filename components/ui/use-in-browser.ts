'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** False on the server and in the first frame of the browser, so that both draw the same; true from then on. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
