'use client';

import { useEffect, useState } from 'react';

/** The text once the typing rests: not every letter is a question to the server. */
export function useSettled(text: string, restMs = 150): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), restMs);
    return () => clearTimeout(timer);
  }, [text, restMs]);
  return settled;
}
