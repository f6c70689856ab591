import type { NumberedOutcome, NumberedQuestion } from './probe-messages.ts';
import { ProbeProcesses } from './probe-processes.ts';

/** The process that starts probes, in processes of their own; see probe-starter.ts. It opens no datastore itself. */

const processes = new ProbeProcesses();

process.on('message', (message) => {
  const { id, question } = message as NumberedQuestion;
  void processes.ask(question).then((outcome) => process.send?.({ id, outcome } satisfies NumberedOutcome));
});
process.once('disconnect', () => process.exit(0));
