import { fork } from 'node:child_process';
import { join } from 'node:path';
import { LeftBehind } from './left-behind.ts';
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

const left = new LeftBehind();

async function answer(question: ProbeQuestion): Promise<ProbeOutcome> {
  const path = pathOf(question);
  const silent = noAnswer(`${path} did not answer within ${PROBE_DEADLINE_MS / 1000} s`);
  return (await left.isFree(path, PROBE_DEADLINE_MS)) ? ask(question, silent) : silent;
}

function ask(question: ProbeQuestion, silent: ProbeOutcome): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'probe-child.ts'), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const exited = new Promise<void>((exit) => child.once('exit', () => exit()));
    const finish = (outcome: ProbeOutcome) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      child.unref();
      resolve(outcome);
    };
    const timer = setTimeout(() => {
      left.add(pathOf(question), exited);
      finish(silent);
    }, PROBE_DEADLINE_MS);
    child.once('message', (outcome) => finish(outcome as ProbeOutcome));
    child.once('error', (error) => finish(noAnswer(error.message)));
    child.once('exit', (code) => finish(noAnswer(`the probe ended with status ${code}`)));
    child.send(question);
  });
}
