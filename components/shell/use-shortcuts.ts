'use client';

import { useEffect, useRef } from 'react';
import { matchShortcut, type Shortcut } from './shortcuts.ts';

const PAUSE_MS = 1000;

/** Listens while `enabled`; never inside fields, menus and dialogs, and never with a modifier. */
export function useShortcuts(shortcuts: readonly Shortcut[], enabled: boolean) {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  }, [shortcuts]);

  useEffect(() => {
    if (!enabled) return;
    let pressed: readonly string[] = [];
    let lastAt = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const match = matchShortcut(
        event.timeStamp - lastAt > PAUSE_MS ? [] : pressed,
        event.key,
        current.current,
      );
      pressed = match.pressed;
      lastAt = event.timeStamp;
      if (!match.shortcut) return;
      event.preventDefault();
      match.shortcut.run();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [enabled]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest(
      'input, textarea, select, [role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], [role="tree"]',
    ) !== null
  );
}

/** `⌘` or `Ctrl` with K; works everywhere, also in fields. */
export function usePaletteKey(toggle: () => void) {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.metaKey || event.ctrlKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [toggle]);
}
