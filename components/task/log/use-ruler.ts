'use client';

import { type RefObject, useEffect, useState } from 'react';

export const RULER_CHARACTERS = 100;

export interface Ruler {
  /** Characters of the monospaced font that fit side by side in the box. */
  columns: number;
  characterPx: number;
}

/** Measures a box in characters; `sample` holds a known number of them. */
export function useRuler(
  box: RefObject<HTMLElement | null>,
  sample: RefObject<HTMLElement | null>,
  paddingPx: number,
): Ruler {
  const [ruler, setRuler] = useState<Ruler>({ columns: 120, characterPx: 7.2 });
  useEffect(() => {
    const element = box.current;
    const characters = sample.current;
    if (!element || !characters) return;
    const measure = () => {
      const characterPx = characters.getBoundingClientRect().width / RULER_CHARACTERS;
      if (characterPx <= 0) return;
      const columns = Math.floor((element.clientWidth - paddingPx) / characterPx);
      setRuler((known) =>
        known.columns === columns && known.characterPx === characterPx ? known : { columns, characterPx },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    void document.fonts?.ready.then(measure);
    return () => observer.disconnect();
  }, [box, sample, paddingPx]);
  return ruler;
}
