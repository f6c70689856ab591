'use client';

import { Kbd } from '../ui/Kbd.tsx';
import { useInBrowser } from '../ui/use-in-browser.ts';

/** The key that opens the palette, as this keyboard has it. */
export function PaletteKey() {
  const inBrowser = useInBrowser();
  const isApple = inBrowser && /mac|iphone|ipad/i.test(navigator.platform);
  return <Kbd>{isApple ? '⌘ K' : 'Ctrl K'}</Kbd>;
}
