import { ok, type Result, refuse } from '#domain/result.ts';
import { parseByteClass } from './byte-class.ts';
import type { ByteText } from './byte-text.ts';

/**
 * Wildcard patterns over paths: `?` one byte, `*` any run, `[…]` one of a set, none of them a `/`; `\` takes
 * the next byte literally. Two stars as a whole component stand for any number of components: at the end
 * for everything below, before a name for its parents, also none. Next to anything else they are one star.
 *
 * Matching walks all possibilities side by side, so no pattern can make it slow: the time is at most path
 * length times pattern length.
 */
export class Glob {
  readonly #steps: readonly Step[];
  /** The literal bytes that every match ends with: a cheap first look. */
  readonly #tail: string;
  readonly #isLiteral: boolean;
  readonly #states: [StateSet, StateSet];

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
    const lastWild = steps.findLastIndex((step) => step.kind !== 'byte');
    this.#tail = steps
      .slice(lastWild + 1)
      .map((step) => (step.kind === 'byte' ? String.fromCharCode(step.code) : ''))
      .join('');
    this.#isLiteral = lastWild < 0;
    this.#states = [new StateSet(steps.length), new StateSet(steps.length)];
  }

  /** `base` is taken literally and comes first. Error: PATTERN_INVALID. */
  static parse(text: ByteText, base: ByteText): Result<Glob> {
    const steps: Step[] = [...base].map(literal);
    for (let at = 0; at < text.length; ) {
      const found = stepAt(text, at);
      if (!found.ok) return found;
      steps.push(...found.value.steps);
      at = found.value.end;
    }
    return ok(new Glob(steps));
  }

  /** True when the whole path matches, or (unless it must not) a suffix of it that starts after a `/`. */
  matches(path: ByteText, alsoSuffix: boolean): boolean {
    if (!path.endsWith(this.#tail)) return false;
    if (!this.#isLiteral) return this.#walk(path, alsoSuffix);
    const start = path.length - this.#tail.length;
    return start === 0 || (alsoSuffix && path.charCodeAt(start - 1) === SLASH);
  }

  #walk(path: ByteText, alsoSuffix: boolean): boolean {
    let [now, next] = this.#states;
    now.clear();
    for (let at = 0; at < path.length; at++) {
      const isStart = at === 0 || (alsoSuffix && path.charCodeAt(at - 1) === SLASH);
      if (isStart) this.#enter(now, 0);
      this.#advance(now, next, path.charCodeAt(at));
      [now, next] = [next, now];
    }
    return now.has(this.#steps.length);
  }

  #advance(now: StateSet, next: StateSet, code: number): void {
    next.clear();
    for (const state of now.active) {
      const step = this.#steps[state];
      if (step === undefined) continue; // was a match only if the path ended here
      if (step.kind === 'byte') {
        if (step.code === code) this.#enter(next, state + 1);
      } else if (step.kind === 'deep') {
        this.#enter(next, state);
      } else if (code !== SLASH && step.kind === 'star') {
        this.#enter(next, state);
      } else if (code !== SLASH && (step.kind === 'any' || (step.kind === 'set' && step.bytes[code] === 1))) {
        this.#enter(next, state + 1);
      }
    }
  }

  /** Makes a state active, and those that it reaches without a byte. */
  #enter(set: StateSet, state: number): void {
    if (!set.add(state)) return;
    const kind = this.#steps[state]?.kind;
    if (kind === 'star' || kind === 'deep' || kind === 'parents') this.#enter(set, state + 1);
    if (kind === 'parents') this.#enter(set, state + PARENTS_STEPS);
  }
}

type Step =
  | { kind: 'byte'; code: number }
  | { kind: 'set'; bytes: Uint8Array }
  | { kind: 'any' | 'star' | 'deep' }
  // Two stars and a slash: either nothing at all, or the two steps after it, any run and a slash.
  | { kind: 'parents' };

const PARENTS_STEPS = 3;
const SLASH = 0x2f;

class StateSet {
  readonly active: number[] = [];
  readonly #member: Uint8Array;

  constructor(steps: number) {
    this.#member = new Uint8Array(steps + 1);
  }

  add(state: number): boolean {
    if (this.#member[state] === 1) return false;
    this.#member[state] = 1;
    this.active.push(state);
    return true;
  }

  has(state: number): boolean {
    return this.#member[state] === 1;
  }

  clear(): void {
    for (const state of this.active) this.#member[state] = 0;
    this.active.length = 0;
  }
}

function literal(character: string): Step {
  return { kind: 'byte', code: character.charCodeAt(0) };
}

type Found = Result<{ steps: Step[]; end: number }>;

function stepAt(text: ByteText, at: number): Found {
  const character = text.charAt(at);
  if (character === '?') return ok({ steps: [{ kind: 'any' }], end: at + 1 });
  if (character === '*') return ok(starsAt(text, at));
  if (character === '[') {
    const found = parseByteClass(text, at);
    return found.ok
      ? ok({ steps: [{ kind: 'set', bytes: found.value.bytes }], end: found.value.end })
      : found;
  }
  if (character !== '\\') return ok({ steps: [literal(character)], end: at + 1 });
  if (at + 1 < text.length) return ok({ steps: [literal(text.charAt(at + 1))], end: at + 2 });
  return refuse('PATTERN_INVALID', 'The pattern ends with a backslash.', {
    hint: 'Write two backslashes for a literal one.',
  });
}

function starsAt(text: ByteText, at: number): { steps: Step[]; end: number } {
  let end = at;
  while (text.charAt(end) === '*') end += 1;
  const standsAlone =
    end - at > 1 &&
    (at === 0 || text.charAt(at - 1) === '/') &&
    (end === text.length || text.charAt(end) === '/');
  if (!standsAlone) return { steps: [{ kind: 'star' }], end };
  if (end === text.length) return { steps: [{ kind: 'deep' }], end };
  return { steps: [{ kind: 'parents' }, { kind: 'deep' }, literal('/')], end: end + 1 };
}
