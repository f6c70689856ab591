import type { Context } from '../command.ts';
import { visible } from '../print/visible-text.ts';
import { ProgressLine } from './progress-line.ts';

/** The line in which something tells how far it is; null where nobody would read it. `now` in monotonic ms. */
export function openProgressLine(context: Context, title: string, now: number): ProgressLine | null {
  const { terminal, print } = context;
  const isTerminal = terminal.errIsTerminal;
  // Programs that read json do not read along; people at a terminal do.
  if (print.quiet || (!isTerminal && print.format !== 'table')) return null;
  const target = {
    write: (text: string) => terminal.err(print.fitting(text)),
    isTerminal,
    width: terminal.errWidth,
  };
  return new ProgressLine(target, visible(title), now);
}
