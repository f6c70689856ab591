import { readEnvironment } from './env.ts';
import { run } from './run.ts';
import { Terminal } from './terminal.ts';

/** `ironcore-backup`: the real streams, the real clock, Ctrl-C, and the exit status. */

const FAILED_STATUS = 1;
const CANCELLED_STATUS = 130;
const PIPE_CLOSED_STATUS = 141;

const stop = new AbortController();
process.on('SIGINT', () => {
  // The first Ctrl-C lets the command say how things stand; a second one is meant as it is.
  if (stop.signal.aborted) process.exit(CANCELLED_STATUS);
  stop.abort();
});
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as `head`, is no failure worth a message.
    if (error.code === 'EPIPE') process.exit(PIPE_CLOSED_STATUS);
    if (stream === process.stdout)
      process.stderr.write(`error: The result cannot be written: ${error.message}.\n`);
    process.exit(FAILED_STATUS);
  });
}

process.exitCode = await run({
  words: process.argv.slice(2),
  environment: readEnvironment(),
  terminal: new Terminal(process),
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  signal: stop.signal,
});
