/** Whether the session of this page has ended. Outside of React: the query client finds it out, the page shows it. */

type Listener = () => void;

let ended = false;
const listeners = new Set<Listener>();

export function sessionEnded(): boolean {
  return ended;
}

export function setSessionEnded(next: boolean): void {
  if (ended === next) return;
  ended = next;
  for (const listener of listeners) listener();
}

export function onSessionChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
