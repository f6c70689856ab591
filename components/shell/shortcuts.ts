/** Keyboard shortcuts as data, and the rule that finds the one that was typed. */

export interface Shortcut {
  /** Pressed one after the other: `['g', 'd']`. */
  keys: readonly string[];
  /** For the help: "Go to datastores". */
  label: string;
  run: () => void;
}

export interface Match {
  /** What counts as typed so far; empty when a shortcut was found or none can follow. */
  pressed: readonly string[];
  shortcut: Shortcut | null;
}

/** Longest first: after `g`, a `t` is the end of `g t`, not a shortcut of its own. */
export function matchShortcut(
  pressed: readonly string[],
  key: string,
  shortcuts: readonly Shortcut[],
): Match {
  const typed = [...pressed, key];
  const startsLike = (shortcut: Shortcut) => typed.every((each, index) => shortcut.keys[index] === each);
  const candidates = shortcuts.filter(startsLike);
  const shortcut = candidates.find((candidate) => candidate.keys.length === typed.length) ?? null;
  if (shortcut) return { pressed: [], shortcut };
  if (candidates.length > 0) return { pressed: typed, shortcut: null };
  return pressed.length > 0 ? matchShortcut([], key, shortcuts) : { pressed: [], shortcut: null };
}
