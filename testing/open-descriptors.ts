import { readdirSync, readlinkSync, realpathSync } from 'node:fs';

/** How many descriptors of this process lead into `folder`; those of tests that run beside this one do not count. */
export function openDescriptorsIn(folder: string): number {
  const real = realpathSync(folder);
  const targets = readdirSync('/proc/self/fd').map(targetOf);
  return targets.filter((target) => target === real || target.startsWith(`${real}/`)).length;
}

/** The file that a descriptor has open; empty when it was closed meanwhile. A removed one has a mark behind its path. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}
