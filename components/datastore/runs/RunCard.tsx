import type { ReactNode } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import type { CommandForm } from '../../ui/CommandLine.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { ActiveRun } from './ActiveRun.tsx';
import type { Runs } from './prepare-runs.ts';

/** What a card is told by the tab that it stands on. */
export interface RunCardTab {
  name: string;
  /** Undefined until they are known. */
  runs: Runs | undefined;
  onRun: () => void;
  disabledReason: string | false;
}

interface RunCardProps extends RunCardTab {
  /** Of the button: `Run verification…`. */
  verb: string;
  /** What is said before the first run. */
  empty: { icon: ReactNode; title: string; words: string };
  /** The command that does the same. */
  command: string;
  forms: CommandForm[];
  /** What the last run came to. */
  children: (runs: Runs) => ReactNode;
}

/** What runs now and what the last run came to, with the button for the next; before the first, what one is for. */
export function RunCard({
  runs,
  onRun,
  disabledReason,
  verb,
  empty,
  command,
  forms,
  children,
}: RunCardProps) {
  const isFirst = runs?.last === null && runs.active === null;
  const run = (
    <Button
      size={isFirst ? 'medium' : 'small'}
      variant="primary"
      onClick={onRun}
      disabledReason={disabledReason || (runs?.active && 'One is on its way already')}
    >
      {verb}
    </Button>
  );
  if (isFirst) {
    return (
      <Card>
        <EmptyState icon={empty.icon} title={empty.title} action={run} command={command}>
          {empty.words}
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title="Last run" actions={run} footer={<CommandHint text={forms} />}>
      {runs ? (
        <div className="grid gap-3">
          {runs.active && <ActiveRun task={runs.active} />}
          {children(runs)}
        </div>
      ) : (
        <Skeleton className="h-24" />
      )}
    </Card>
  );
}
