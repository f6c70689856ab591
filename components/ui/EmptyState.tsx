import type { ReactNode } from 'react';
import { CommandText } from './CommandLine.tsx';
import { StateBlock } from './StateBlock.tsx';

interface EmptyStateProps {
  icon: ReactNode;
  /** "No datastores yet" */
  title: string;
  /** What it is and why one wants it. */
  children: ReactNode;
  /** The one button; left out for who may not press it. */
  action?: ReactNode;
  /** The same from a terminal. */
  command?: string;
}

/** Nothing exists yet. */
export function EmptyState({ icon, title, children, action, command }: EmptyStateProps) {
  return (
    <StateBlock icon={icon} title={title} actions={action}>
      {children}
      {command && (
        <div className="mt-1 w-full rounded-md border bg-surface text-text">
          <CommandText text={command} />
        </div>
      )}
    </StateBlock>
  );
}
