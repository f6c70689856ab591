import { fork } from 'node:child_process';
import { join } from 'node:path';
import {
  type NumberedOutcome,
  type NumberedQuestion,
  noAnswer,
  PROBE_DEADLINE_MS,
  type ProbeOutcome,
  type ProbeQuestion,
  pathOf,
} from './probe-messages.ts';

/** The process that starts probes, each in one of its own; see probe-starter.ts. It opens no datastore itself. */

process.on('message', (message) => {
  const { id, question } = message as NumberedQuestion;
  void answer(question).then((outcome) => process.send?.({ id, outcome } satisfies NumberedOutcome));
});
process.once('disconnect', () => process.exit(0));

function answer(question: ProbeQuestion): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'probe-child.ts'), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const finish = (outcome: ProbeOutcome) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.unref();
      resolve(outcome);
    };
    const silent = `${pathOf(question)} did not answer within ${PROBE_DEADLINE_MS / 1000} s`;
    const timer = setTimeout(() => finish(noAnswer(silent)), PROBE_DEADLINE_MS);
    child.once('message', (outcome) => finish(outcome as ProbeOutcome));
    child.once('error', (error) => finish(noAnswer(error.message)));
    child.once('exit', (code) => finish(noAnswer(`the probe ended with status ${code}`)));
    child.send(question);
  });
}
