import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { OPERATIONS, type Operation, Scene } from '#testing/simulation/scene.ts';
import { type Ground, makeGround } from '#testing/simulation/stored-ground.ts';

/**
 * Every two operations on one group, the second one whole at each call that the first one makes to the storage: what each
 * of them answers, and that nothing is lost, whichever call it was. `docs/reliability.md` has the table and the races that
 * have a script of their own.
 */

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
}, 60_000);

async function answerOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (isBackupError(error)) return error.code;
    if (error instanceof Error && error.message === 'skipped') return 'skipped';
    throw error;
  }
}

/** Lets others work until they have nothing more to do, or wait for whoever calls this. */
async function letWork(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  void work.then(() => {
    isDone = true;
  });
  for (let turn = 0; turn < TURNS_AT_MOST && !isDone; turn += 1) await setImmediate();
}

/** More than the longest operation has pauses of its own. */
const TURNS_AT_MOST = 200;

/** Runs `second` at the n-th call of `first`, n = 1, 1 + `step`, … until there is none; what both answered. */
async function answersOf(first: Operation, second: Operation, step: number): Promise<string> {
  const answers = { first: new Set<string>(), second: new Set<string>() };
  for (let number = 1; ; number += step) {
    const scene = new Scene(ground);
    await scene.start();
    let calls = 0;
    let met: Promise<string> | null = null;
    scene.hook = async (call, key) => {
      if (met !== null || (call === 'list' && key.startsWith('.chunks/'))) return;
      calls += 1;
      if (calls !== number) return;
      met = answerOf(second(scene, 'second'));
      await letWork(met);
    };
    const answer = await answerOf(first(scene, 'first'));
    if (met === null) break;
    answers.first.add(answer);
    answers.second.add(await met);
    scene.hook = () => {};
    await scene.expectSound();
  }
  return `${words(answers.first)} / ${words(answers.second)}`;
}

const words = (answers: ReadonlySet<string>) => [...answers].sort().join(' | ');

/**
 * While the one of the row runs: what it answers, and what the other one does. A backup is told that its group is taken; who
 * removes or moves is told that a snapshot is read or built on, and who reads that one is just being removed or moved.
 */
const ANSWERS: Record<string, Record<string, string>> = {
  backup: {
    backup: 'done / GROUP_LOCKED',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / done',
    forget: 'done / SNAPSHOT_LOCKED | done',
    gc: 'done / done',
    move: 'done / GROUP_LOCKED',
  },
  restore: {
    backup: 'done / done',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / SNAPSHOT_LOCKED',
    forget: 'done / done',
    gc: 'done / done',
    move: 'done / SNAPSHOT_LOCKED',
  },
  verify: {
    backup: 'done / done',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / SNAPSHOT_LOCKED | done',
    forget: 'done / SNAPSHOT_LOCKED | done',
    gc: 'done / done',
    move: 'done / SNAPSHOT_LOCKED | done',
  },
  prune: {
    backup: 'done / done',
    restore: 'done / SNAPSHOT_LOCKED | SNAPSHOT_NOT_FOUND | done',
    verify: 'done / done | skipped',
    prune: 'done / SNAPSHOT_LOCKED | done',
    forget: 'done / done',
    gc: 'done / done',
    move: 'done / SNAPSHOT_LOCKED | done',
  },
  forget: {
    backup: 'done / SNAPSHOT_LOCKED | done',
    restore: 'done / done',
    verify: 'done / done | skipped',
    prune: 'done / done',
    forget: 'done / SNAPSHOT_LOCKED | SNAPSHOT_NOT_FOUND',
    gc: 'done / done',
    move: 'done / SNAPSHOT_LOCKED | done',
  },
  gc: {
    backup: 'done / done',
    restore: 'done / done',
    verify: 'done / done',
    prune: 'done / done',
    forget: 'done / done',
    gc: 'done / DATASTORE_IN_USE',
    move: 'done / done',
  },
  move: {
    backup: 'done / GROUP_LOCKED',
    restore: 'done / SNAPSHOT_LOCKED | SNAPSHOT_NOT_FOUND | done',
    verify: 'done / done | skipped',
    prune: 'done / SNAPSHOT_LOCKED | done',
    forget: 'done / SNAPSHOT_LOCKED | SNAPSHOT_NOT_FOUND | done',
    gc: 'done / done',
    move: 'done / GROUP_LOCKED',
  },
};

/** Whoever only reads and is refused nothing is not tried at each call. */
const READERS = ['restore', 'verify'];
const ALL_WELL = 'done / done';

describe.each(Object.keys(OPERATIONS))('while a %s runs', (first) => {
  test.each(Object.keys(OPERATIONS))('a %s', { timeout: 60_000 }, async (second) => {
    const expected = ANSWERS[first]?.[second];
    const step = expected === ALL_WELL && (READERS.includes(first) || READERS.includes(second)) ? 3 : 1;
    const answers = await answersOf(OPERATIONS[first] as Operation, OPERATIONS[second] as Operation, step);
    expect(answers).toBe(expected);
  });
});
