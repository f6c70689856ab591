import type { CommandForm } from './CommandLine.tsx';
import { CommandWords } from './CommandWords.tsx';
import { CopyButton } from './CopyButton.tsx';

/** The command in one line, for the foot of a card or a list; of several forms the first. */
export function CommandHint({ text }: { text: string | readonly CommandForm[] }) {
  const whole = typeof text === 'string' ? text : (text[0]?.text ?? '');
  const line = whole.replace(/\s*\\\n\s*/g, ' ');
  return (
    <span className="flex min-w-0 items-center gap-1">
      <code className="min-w-0 font-mono text-small wrap-anywhere">
        <CommandWords text={line} />
      </code>
      <CopyButton text={line} label="Copy command" className="-my-1 shrink-0" />
    </span>
  );
}
