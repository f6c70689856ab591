import { probePlace } from '#engine/probe/probe-place.ts';
import type { ProbeQuestion } from './probe-messages.ts';

/** The process that one probe runs in; see probe-starter.ts. */
process.once('message', (message) => {
  const { target, nowMs } = message as ProbeQuestion;
  void probePlace(target, nowMs).then((result) => process.send?.(result));
});
