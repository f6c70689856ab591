import type { ProbeStep } from '#domain/datastore.ts';
import { formatDuration } from '#domain/units.ts';
import { probeCommands } from '../../commands/datastore-commands.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { StatusGlyph } from '../../ui/StatusGlyph.tsx';
import type { Glyph, StatusTone } from '../../ui/status-looks.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';

const LOOKS: Record<ProbeStep['outcome'], { glyph: Glyph; tone: StatusTone; word: string }> = {
  ok: { glyph: 'check', tone: 'ok', word: 'passed' },
  warning: { glyph: 'triangle', tone: 'warn', word: 'warning' },
  failed: { glyph: 'cross', tone: 'err', word: 'failed' },
};

interface ProbeCardProps {
  datastore: DatastoreDetail;
  onProbe: () => void;
  pending: boolean;
  disabledReason: string | false;
}

/** What the last look at the storage found, step by step. */
export function ProbeCard({ datastore, onProbe, pending, disabledReason }: ProbeCardProps) {
  return (
    <Card
      title="Probe"
      note={<RelativeTime at={datastore.lastProbeAt?.getTime()} unknown="Not probed yet" />}
      actions={
        <Button size="small" onClick={onProbe} pending={pending} disabledReason={disabledReason}>
          Probe now
        </Button>
      }
      footer={<CommandHint text={probeCommands(datastore.name)} />}
    >
      {datastore.probeSteps.length === 0 ? (
        <p className="text-muted">The first probe has not ended yet.</p>
      ) : (
        <ol className="grid">
          {datastore.probeSteps.map((step) => (
            <StepLine key={step.name} step={step} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function StepLine({ step }: { step: ProbeStep }) {
  const { glyph, tone, word } = LOOKS[step.outcome];
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] items-baseline gap-x-2 border-b py-1.5 text-table last:border-b-0">
      <StatusGlyph glyph={glyph} tone={tone} className="translate-y-0.5" />
      <p className="grid min-w-0 gap-x-3 sm:flex">
        <span className="shrink-0 sm:w-32">
          {step.name}
          <span className="sr-only">, {word}</span>
        </span>
        <span className="min-w-0 wrap-anywhere text-muted">{step.detail}</span>
      </p>
      <span className="text-muted">{formatDuration(step.ms)}</span>
    </li>
  );
}
