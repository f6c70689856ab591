import { backUp } from './client-calls.ts';

/** A backup in a process of its own, which can be killed; says how many bytes the server has taken. */
const { store, source, id, time } = JSON.parse(process.argv[2] ?? '{}');
await backUp(store, source, {
  id,
  time,
  progress: ({ sentBytes }) => void process.stdout.write(`${sentBytes}\n`),
});
process.stdout.write('done\n');
