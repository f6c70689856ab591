'use client';

import { useRef } from 'react';

const FIELDS =
  'input:not([type="hidden"], [type="radio"]), input:checked, textarea, select, [data-autofocus]';

/**
 * Focus in and out of a dialog that is opened by state instead of by a trigger of its own. In: the first field,
 * else the dialog itself; never the Close button, which would greet everyone with its tooltip. Out: what had
 * the focus before.
 */
export function useDialogFocus() {
  const opener = useRef<HTMLElement | null>(null);
  const remember = () => {
    opener.current = openerOf(document.activeElement);
  };
  const onOpenAutoFocus = (event: Event) => {
    remember();
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLElement)) return;
    const field = event.currentTarget.querySelector<HTMLElement>(FIELDS);
    (field ?? event.currentTarget).focus();
  };
  const onCloseAutoFocus = (event: Event) => {
    event.preventDefault();
    opener.current?.focus();
  };
  return { remember, onOpenAutoFocus, onCloseAutoFocus };
}

/** A menu is gone by the time the dialog closes; its button is not. */
function openerOf(element: Element | null): HTMLElement | null {
  const menu = element?.closest('[role="menu"]');
  const button = menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
  if (button) return button;
  return element instanceof HTMLElement ? element : null;
}
