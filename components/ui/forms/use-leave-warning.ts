'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';

/** Holds back links of the page and the closing of the tab while `active`; the router has no such hook. */
export function useLeaveWarning(active: boolean) {
  const [destination, setDestination] = useState<string | null>(null);
  const router = useRouter();

  useEffect(() => {
    if (!active) return;
    const hold = (event: MouseEvent) => {
      const path = internalPathOf(event);
      if (path === null) return;
      event.preventDefault();
      event.stopPropagation();
      setDestination(path);
    };
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    document.addEventListener('click', hold, { capture: true });
    window.addEventListener('beforeunload', warn);
    return () => {
      document.removeEventListener('click', hold, { capture: true });
      window.removeEventListener('beforeunload', warn);
    };
  }, [active]);

  const stay = () => setDestination(null);
  const leave = () => {
    if (destination !== null) router.push(destination);
    setDestination(null);
  };
  return { destination, stay, leave };
}

/** The page of this console that a plain click on a link would open, or null. */
function internalPathOf(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.hasAttribute('download'))
    return null;
  const url = new URL(link.href);
  const isHere = url.pathname === location.pathname && url.search === location.search;
  return url.origin === location.origin && !isHere ? url.pathname + url.search + url.hash : null;
}
