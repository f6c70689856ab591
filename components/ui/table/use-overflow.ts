'use client';

import { type RefObject, useEffect, useState } from 'react';

/**
 * Whether the content of a box is wider than the box. Only then does the box scroll by itself; otherwise the
 * page scrolls and sticky heads stick to the page.
 */
export function useOverflow(box: RefObject<HTMLElement | null>): boolean {
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = box.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const measure = () => setOverflows(content.getBoundingClientRect().width > element.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(content);
    return () => observer.disconnect();
  }, [box]);
  return overflows;
}
