/** Whether an act waits for the password. Outside of React: the API's client finds it out, the page asks. */

type Listener = () => void;

let answer: ((proven: boolean) => void) | null = null;
let asked: Promise<boolean> | null = null;
const listeners = new Set<Listener>();

export function isPasswordAsked(): boolean {
  return asked !== null;
}

/** Resolves when the password was proven, or false when the question was given up. Who comes meanwhile waits along. */
export function askForPassword(): Promise<boolean> {
  asked ??= new Promise((resolve) => {
    answer = resolve;
  });
  tell();
  return asked;
}

export function answerPassword(proven: boolean): void {
  answer?.(proven);
  answer = null;
  asked = null;
  tell();
}

export function onPasswordPrompt(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
