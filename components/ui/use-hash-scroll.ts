'use client';

import { type RefObject, useEffect, useRef } from 'react';

const MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;
const SETTLED_MS = 5000;

/**
 * Brings the part of a page that the address names into view, and again while what stands above it still loads: until
 * the reader moves. For a part whose parent holds what is above it.
 */
export function useHashScroll<Element extends HTMLElement>(id: string): RefObject<Element | null> {
  const part = useRef<Element>(null);
  useEffect(() => {
    const target = part.current;
    if (!target?.parentElement || location.hash !== `#${id}`) return;
    const observer = new ResizeObserver(() => target.scrollIntoView({ block: 'start' }));
    const stop = () => observer.disconnect();
    observer.observe(target.parentElement);
    const timer = setTimeout(stop, SETTLED_MS);
    for (const move of MOVES) addEventListener(move, stop, { once: true, passive: true });
    return () => {
      clearTimeout(timer);
      stop();
      for (const move of MOVES) removeEventListener(move, stop);
    };
  }, [id]);
  return part;
}
