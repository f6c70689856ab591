import { cn } from './class-names.ts';

/** What everything that floats above the page shares. */
export const BACKDROP = 'fixed inset-0 z-40 bg-overlay animate-fade-in data-[state=closed]:animate-fade-out';

/** Of what may come while a dialog is open, which it dims as well: as high as that one, and later in the page. */
export const BACKDROP_OVER = cn(BACKDROP, 'z-50');

export const PANEL =
  'z-50 border bg-raised text-text shadow-raised animate-fade-in data-[state=closed]:animate-fade-out outline-none';

export const CENTERED =
  'fixed top-1/2 left-1/2 flex max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-lg';

export const MENU_PANEL =
  'z-50 min-w-44 max-w-80 overflow-y-auto rounded-md border bg-raised p-1 text-text shadow-raised ' +
  'max-h-(--radix-popper-available-height) animate-fade-in data-[state=closed]:animate-fade-out';

export const MENU_ITEM =
  'flex min-h-8 cursor-default select-none items-center gap-2 rounded-sm px-2 py-1.5 text-body outline-offset-[-2px] ' +
  'data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted';

/** For a dialog that its title explains: the library otherwise points at a description that is not there. */
export const UNDESCRIBED = { 'aria-describedby': undefined };
