import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type LogLevel } from '#domain/task.ts';
import { type Context, defineCommand } from '../../command.ts';
import type { Api, LogLine } from '../../connect/api.ts';
import { isoSeconds } from '../../print/cells.ts';
import type { Tone } from '../../print/style.ts';
import { visible } from '../../print/visible-text.ts';
import { stoppedWaiting } from '../../tasks/wait-for-task.ts';
import { flag } from '../../values.ts';
import { findTaskId, taskArgument } from './task-id.ts';

const PAGE = 5000;
const FOLLOW_MS = 500;
const TONES: Record<LogLevel, Tone | null> = { info: null, warning: 'warn', error: 'bad' };

export const command = defineCommand({
  about: 'With --follow as json, one line an object; without, one list.',
  examples: ['ironcore-backup task log 3292910e', 'ironcore-backup task log 3292910e --follow'],
  arguments: { id: taskArgument },
  options: { follow: flag('-f, --follow', 'Go on until the task has ended') },
  async run(context, { id, follow }) {
    const api = await context.api();
    const taskId = await findTaskId(api, id);
    if (follow) return followLog(context, api, taskId);
    const lines: ShownLine[] = [];
    for await (const page of pagesBehind(api, taskId, 0)) lines.push(...page.map(shownLine));
    await context.print.value(lines, () => lines.map((line) => textOf(context, line)));
    if (lines.length === 0) context.print.say('The log is empty so far; --follow waits for lines.');
  },
});

type ShownLine = Omit<LogLine, 'at'> & { at: Date };

function shownLine(line: LogLine): ShownLine {
  return { ...line, at: new Date(line.at) };
}

/** Prints lines as they come. The state is asked before the lines, so that none is missed at the end. */
async function followLog(context: Context, api: Api, id: string): Promise<void> {
  let after = 0;
  try {
    for (;;) {
      const { state, outcome } = await api.task.get.query({ id });
      for await (const page of pagesBehind(api, id, after)) {
        for (const line of page) printLine(context, shownLine(line));
        after = page.at(-1)?.number ?? after;
      }
      if (isFinal(state))
        return context.print.say(visible(`The task has ended: ${state}. ${outcome ?? ''}`).trim());
      await sleep(FOLLOW_MS, undefined, { signal: context.signal });
    }
  } catch (error) {
    throw context.signal.aborted ? stoppedWaiting(id) : error;
  }
}

async function* pagesBehind(api: Api, id: string, start: number): AsyncGenerator<LogLine[]> {
  for (let after = start; ; ) {
    const { lines } = await api.task.log.query({ id, after, limit: PAGE });
    if (lines.length > 0) yield lines;
    const last = lines.at(-1)?.number;
    if (last === undefined || lines.length < PAGE) return;
    after = last;
  }
}

function printLine(context: Context, line: ShownLine): void {
  const { terminal, print } = context;
  terminal.out(`${print.format === 'table' ? print.fitting(textOf(context, line)) : JSON.stringify(line)}\n`);
}

function textOf({ print }: Context, { at, level, text }: ShownLine): string {
  const time = print.paint('dim', isoSeconds(at));
  const label = level === 'info' ? '' : `${print.paint(TONES[level], level)}: `;
  return `${time}  ${label}${visible(text)}`;
}
