import type { ObjectBackend, StagedObject } from '#engine/backends/backend.ts';

export type BackendCall =
  | 'open'
  | 'list'
  | 'stat'
  | 'get'
  | 'put'
  | 'rename'
  | 'remove'
  | 'removeTree'
  | 'touch'
  | 'makeDirectory'
  | 'removeDirectory'
  /** Of a staged object, under the name that it gets. */
  | 'commit';

/**
 * What is done before a call goes through, and, if it returns that, between the call and its answer: the barriers at which
 * a test lets others go first.
 */
export type Hook = (call: BackendCall, key: string) => Promise<After> | After;
type After = (() => Promise<void>) | void;

const CALLS: readonly BackendCall[] = [
  ...(['open', 'list', 'stat', 'get', 'put', 'rename', 'remove', 'removeTree', 'touch'] as const),
  ...(['makeDirectory', 'removeDirectory'] as const),
];

/** A backend that stops before its calls. `inner` keeps its promises; only the time between the calls changes. */
export function hookedBackend(inner: ObjectBackend, hook: Hook): ObjectBackend {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => unknown;
      if (name === 'stage') return async (key: string) => hookedStage(await inner.stage(key), key, hook);
      if (!CALLS.includes(name as BackendCall)) return call;
      return async (...args: unknown[]) => {
        const after = await hook(name as BackendCall, String(args[0]));
        const answer = await call(...args);
        await after?.();
        return answer;
      };
    },
  });
}

function hookedStage(staged: StagedObject, key: string, hook: Hook): StagedObject {
  return {
    write: (bytes, position) => staged.write(bytes, position),
    read: (target, position) => staged.read(target, position),
    abort: () => staged.abort(),
    commit: async (options) => {
      const after = await hook('commit', key);
      await staged.commit(options);
      await after?.();
    },
  };
}
