'use client';

import { Tabs as Primitive } from 'radix-ui';
import { CommandWords } from './CommandWords.tsx';
import { CopyButton } from './CopyButton.tsx';
import { cn } from './class-names.ts';

export interface CommandForm {
  /** `CLI`, `curl`, `YAML`. */
  name: string;
  /** May span lines; secrets as `$IBS_SECRET_KEY`. */
  text: string;
  /** What it is and what it needs, where that is not plain. */
  note?: string;
}

interface CommandLineProps {
  forms: readonly CommandForm[];
  label?: string;
  className?: string;
}

/** The command that does what the page does, ready to copy. */
export function CommandLine({ forms, label = 'Equivalent command', className }: CommandLineProps) {
  const [first] = forms;
  if (!first) return null;
  return (
    <Primitive.Root
      defaultValue={first.name}
      className={cn('min-w-0 rounded-md border bg-surface', className)}
    >
      <div className="flex min-h-9 items-center gap-3 border-b pr-1 pl-3">
        <p className="text-small font-medium text-muted">{label}</p>
        {forms.length > 1 && (
          <Primitive.List aria-label={label} className="ml-auto flex gap-0.5">
            {forms.map((form) => (
              <Primitive.Trigger
                key={form.name}
                value={form.name}
                className="h-6 rounded-sm px-2 text-small text-muted hover:text-text data-[state=active]:bg-selected data-[state=active]:font-medium data-[state=active]:text-text"
              >
                {form.name}
              </Primitive.Trigger>
            ))}
          </Primitive.List>
        )}
      </div>
      {forms.map((form) => (
        <Primitive.Content key={form.name} value={form.name} tabIndex={-1} className="relative">
          <CommandText text={form.text} />
          {form.note && <p className="border-t px-3 py-2 text-small text-muted">{form.note}</p>}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}

/** The bare block, without a head. */
export function CommandText({ text }: { text: string }) {
  return (
    <div className="flex min-w-0 items-start">
      <pre className="min-w-0 flex-1 px-3 py-2.5 font-mono text-small whitespace-pre-wrap wrap-anywhere select-text">
        <CommandWords text={text} />
      </pre>
      <CopyButton text={text} label="Copy command" className="m-1" />
    </div>
  );
}
