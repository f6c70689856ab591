import { asBackupError } from '#domain/errors.ts';
import type { PlaceContent } from '#domain/place-report.ts';
import { fileError } from '#engine/backends/local/errors.ts';
import { inspectContent } from '#engine/probe/inspect-content.ts';
import { inspectPlace } from '#engine/probe/inspect-place.ts';
import { probePlace } from '#engine/probe/probe-place.ts';
import { makeBackend } from './open-datastore.ts';
import { type ProbeAnswers, type ProbeOutcome, type ProbeQuestion, pathOf } from './probe-messages.ts';
import { realClock } from './real-clock.ts';

/** A process that answers one question after the other; see probe-processes.ts. The first message says that it is up. */
process.on('message', (message) => {
  void outcomeOf(message as ProbeQuestion).then((outcome) => process.send?.(outcome));
});
process.once('disconnect', () => process.exit(0));
process.send?.('up');

async function outcomeOf(question: ProbeQuestion): Promise<ProbeOutcome> {
  try {
    return { value: await answer(question) };
  } catch (error) {
    const { code, message, hint } = asBackupError(fileError(error, pathOf(question), 'read'));
    return { failure: { code, message, hint } };
  }
}

async function answer(question: ProbeQuestion): Promise<ProbeAnswers[ProbeQuestion['ask']]> {
  switch (question.ask) {
    case 'probe':
      return probePlace(question.target, question.nowMs);
    case 'inspect':
      return inspectPlace(question.look);
    case 'content':
      return readContent(question.path, question.patienceMs);
  }
}

async function readContent(path: string, patienceMs: number): Promise<PlaceContent> {
  const backend = makeBackend({ kind: 'local', path, mount: null });
  try {
    return await inspectContent(backend, realClock, patienceMs);
  } finally {
    await backend.close();
  }
}
