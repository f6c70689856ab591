import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  /** Status badge, kind, tags. */
  status?: ReactNode;
  /** One line that says what this is or what its state means. */
  meaning?: ReactNode;
  /** Overflow menu first, then the main button. */
  actions?: ReactNode;
  /** TabLinks of a resource. */
  tabs?: ReactNode;
}

export function PageHeader({ title, status, meaning, actions, tabs }: PageHeaderProps) {
  return (
    <header className="grid min-w-0 gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-1">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 text-page font-semibold tracking-tight wrap-anywhere">{title}</h1>
            {status}
          </div>
          {meaning && <p className="text-muted">{meaning}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {tabs}
    </header>
  );
}
