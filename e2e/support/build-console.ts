import { join } from 'node:path';
import { buildWhenNeeded } from '#scripts/up/build.ts';

/** Built once before the first test, so that no test waits for it. */
export default function setup(): void {
  const environment = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  buildWhenNeeded(join(import.meta.dirname, '..', '..'), environment, (line) => console.log(line));
}
