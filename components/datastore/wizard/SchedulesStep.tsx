import type { ReactNode } from 'react';
import type { JobKind } from '#domain/job.ts';
import { lintKeep } from '#domain/lint-keep.ts';
import { rulesOf } from '#domain/retention.ts';
import { TRASH_DAYS_DEFAULT } from '#domain/trash-days.ts';
import { countOf } from '#domain/units.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useNow } from '../../ui/time/TimeProvider.tsx';
import { KeepFields, KeepPresets, KeepWarnings } from '../prune/KeepFields.tsx';
import { MeaningBox } from '../schedule/MeaningBox.tsx';
import { Note } from '../schedule/ScheduleCard.tsx';
import { ScheduleFields } from '../schedule/ScheduleFields.tsx';
import type { Draft } from './draft.ts';
import {
  clashWords,
  JOB_TITLES,
  keepsUpTo,
  meaningIn,
  oddWords,
  SHOWN_KINDS,
  scheduleChange,
  scheduleOf,
} from './schedules-draft.ts';

const DOES: Record<JobKind, string> = {
  gc: 'Frees the space of what no snapshot needs any more.',
  verify:
    'Reads each snapshot about once a month and checks every byte, so that damage is found before a restore.',
  drill:
    'Really restores a random snapshot into a scratch directory of the server, compares every byte, and keeps a report.',
  prune: `Moves the snapshots that no keep rule keeps to the trash, where they can be restored for ${countOf(TRASH_DAYS_DEFAULT, 'day')}; the garbage collection after that frees their space.`,
};

interface SchedulesStepProps {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  /** Of the server; undefined until it has said so. */
  zone: string | undefined;
}

/** When each of the jobs runs, told in words and times, and what a prune keeps. */
export function SchedulesStep({ draft, onChange, zone }: SchedulesStepProps) {
  return (
    <div className="grid min-w-0 gap-6">
      {SHOWN_KINDS.map((kind) => (
        <Job key={kind} {...{ kind, draft, onChange, zone }}>
          {kind === 'prune' && <Retention draft={draft} onChange={onChange} />}
        </Job>
      ))}
    </div>
  );
}

interface JobProps extends SchedulesStepProps {
  kind: JobKind;
  children: ReactNode;
}

function Job({ kind, draft, onChange, zone, children }: JobProps) {
  const now = useNow();
  const schedule = scheduleOf(draft, kind);
  const odd = oddWords(draft, kind);
  return (
    <fieldset className="grid min-w-0 gap-3 not-first:border-t not-first:pt-5">
      <legend className="contents">
        <span className="text-heading font-semibold">{JOB_TITLES[kind]}</span>
      </legend>
      <p className="-mt-2 text-muted">{DOES[kind]}</p>
      <div className="grid min-w-0 gap-4 sm:grid-cols-2">
        <ScheduleFields
          name={kind}
          draft={schedule}
          onChange={(next) => onChange(scheduleChange(kind, next))}
          hasWindow={kind === 'gc'}
          className="grid content-start gap-4"
        />
        {zone === undefined ? (
          <Skeleton className="min-h-49" />
        ) : (
          <MeaningBox
            meaning={meaningIn(draft, kind, { now, zone })}
            clashes={clashWords(draft, kind, { now, zone })}
            className="min-h-49"
          >
            {odd && <Note warns={kind !== 'prune'}>{odd}</Note>}
          </MeaningBox>
        )}
      </div>
      {children}
    </fieldset>
  );
}

function Retention({ draft: { keep }, onChange }: Pick<SchedulesStepProps, 'draft' | 'onChange'>) {
  const hasRules = rulesOf(keep).length > 0;
  return (
    <div className="grid min-w-0 gap-3 pt-1">
      <h3 className="font-medium">Keep</h3>
      <KeepFields
        label="Keep"
        keep={keep}
        onChange={(next) => onChange({ keep: next })}
        className="grid-cols-2 sm:grid-cols-3"
      />
      <div className="grid min-h-15 content-start gap-2">
        {hasRules ? (
          <>
            <p role="status" className="text-table">
              {keepsUpTo(keep)}
            </p>
            <KeepWarnings warnings={lintKeep(keep)} />
          </>
        ) : (
          <KeepPresets onChoose={(next) => onChange({ keep: next })} />
        )}
      </div>
    </div>
  );
}
