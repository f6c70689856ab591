import type { Operation, Scene } from './scene.ts';

/**
 * Lets an operation run up to its n-th call to the storage, which does not happen, and nothing after it. False when it
 * ended before.
 */
export async function killAt(scene: Scene, number: number, operation: Operation): Promise<boolean> {
  let calls = 0;
  const killed = new Promise<true>((resolve) => {
    scene.hook = (call, key) => {
      if (call === 'list' && key.startsWith('.chunks/')) return;
      calls += 1;
      if (calls < number) return;
      resolve(true);
      return new Promise(() => {}); // for ever
    };
  });
  const isKilled = await Promise.race([operation(scene, 'first').then(() => false), killed]);
  scene.hook = () => {};
  return isKilled;
}
