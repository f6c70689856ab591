import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import type { Chance } from './chance.ts';

/** How somebody gets on among the others. */
export interface Pace {
  /** How many times as often as others. */
  weight: number;
  /** At how many of its barriers it is left waiting for long, as a process that the system does not let run … */
  sleeps: number;
  /** … and for how many turns of all at most. */
  turnsAsleep: number;
}

interface Waiting {
  /** Not before this turn, unless nobody else is there. */
  from: number;
  weight: number;
  goOn: () => void;
}

const ALIKE: Pace = { weight: 1, sleeps: 0, turnsAsleep: 0 };

/**
 * Lets one of those who wait at a barrier go on at a time, in an order that the seed decides. As long as nobody waits for
 * anything but a barrier or somebody else, the same seed gives the same run.
 *
 * Who sleeps now and then meets races that need it to stand still between two of its calls far more often than with
 * turns of equal length.
 */
export class Turns {
  readonly #chance: Chance;
  readonly #pace = new AsyncLocalStorage<Pace>();
  #waiting: Waiting[] = [];
  #turn = 0;
  #isOver = false;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Nobody goes on any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whatever `work` waits for, it does at this pace. */
  at<T>(pace: Pace, work: () => T): T {
    return this.#pace.run(pace, work);
  }

  /**
   * Returns when it is the caller's turn, not before `turns` have passed; after `abandon` never. `sleepier`: how many times
   * as likely it is left waiting for long.
   */
  wait(turns = 0, sleepier = 1): Promise<void> {
    const { weight, sleeps, turnsAsleep } = this.#pace.getStore() ?? ALIKE;
    const asleep = this.#chance.hits(sleeps * sleepier) ? this.#chance.below(turnsAsleep) : 0;
    return new Promise((goOn) => this.#waiting.push({ from: this.#turn + turns + asleep, weight, goOn }));
  }

  /** Gives one of them its turn and returns when it waits again, or has ended. */
  async next(): Promise<void> {
    this.#turn += 1;
    const one = this.#choose();
    if (one) this.#waiting.splice(this.#waiting.indexOf(one), 1);
    one?.goOn();
    await setImmediate();
  }

  /** As if the process had been killed: none of them goes on any more. */
  abandon(): void {
    this.#isOver = true;
    this.#waiting = [];
  }

  #choose(): Waiting | undefined {
    const awake = this.#waiting.filter(({ from }) => from <= this.#turn);
    if (awake.length === 0) return this.#waiting.toSorted((a, b) => a.from - b.from)[0];
    let at = this.#chance.next() * awake.reduce((sum, { weight }) => sum + weight, 0);
    return awake.find(({ weight }) => {
      at -= weight;
      return at < 0;
    });
  }
}
