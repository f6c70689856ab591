import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import { brokenProbe, PROBE_DEADLINE_MS, type ProbeAnswer, type ProbeQuestion } from './probe-messages.ts';

/** The process that starts probes, each in one of its own; see probe-starter.ts. It opens no datastore itself. */

process.on('message', (message) => {
  const question = message as ProbeQuestion;
  void probe(question).then((result) => process.send?.({ id: question.id, result } satisfies ProbeAnswer));
});
process.once('disconnect', () => process.exit(0));

function probe(question: ProbeQuestion): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'probe-child.ts'), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const finish = (result: ProbeResult) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.unref();
      resolve(result);
    };
    const silent = `${question.target.path} did not answer within ${PROBE_DEADLINE_MS / 1000} s`;
    const timer = setTimeout(() => finish(brokenProbe(silent)), PROBE_DEADLINE_MS);
    child.once('message', (result) => finish(result as ProbeResult));
    child.once('error', (error) => finish(brokenProbe(error.message)));
    child.once('exit', (code) => finish(brokenProbe(`the probe ended with status ${code}`)));
    child.send(question);
  });
}
