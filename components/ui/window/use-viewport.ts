'use client';

import { type RefObject, useEffect, useState } from 'react';
import type { Viewport } from './visible-range.ts';

/** What is seen of a box that scrolls; follows scrolling and resizing. */
export function useViewport(box: RefObject<HTMLElement | null>): Viewport {
  const [viewport, setViewport] = useState<Viewport>({ top: 0, height: 800 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () =>
      setViewport((known) => {
        const { scrollTop: top, clientHeight: height } = element;
        return known.top === top && known.height === height ? known : { top, height };
      });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [box]);
  return viewport;
}
