import { countOf } from '#domain/units.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { SYNC_WORDS } from '../datastore-words.ts';
import { type Configuration, changesOf } from './configuration.ts';

interface ConflictBannerProps {
  theirs: Configuration;
  mine: Configuration;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

/** Both values, side by side; whoever saves second decides. */
export function ConflictBanner({ theirs, mine, onTakeTheirs, onKeepMine }: ConflictBannerProps) {
  const differs = changesOf(theirs, mine);
  return (
    <Banner
      tone="warn"
      title="Someone else changed these options in the meantime"
      actions={
        <>
          <Button size="small" onClick={onTakeTheirs}>
            Take theirs
          </Button>
          <Button size="small" onClick={onKeepMine}>
            Save mine
          </Button>
        </>
      }
    >
      <dl className="grid gap-1">
        {differs.comment !== undefined && (
          <Values label="Comment" theirs={theirs.comment || 'none'} mine={mine.comment || 'none'} />
        )}
        {differs.syncLevel !== undefined && (
          <Values
            label="Sync level"
            theirs={SYNC_WORDS[theirs.syncLevel].label}
            mine={SYNC_WORDS[mine.syncLevel].label}
          />
        )}
        {differs.verifyNew !== undefined && (
          <Values
            label="New backups"
            theirs={theirs.verifyNew ? 'verified' : 'not verified'}
            mine={mine.verifyNew ? 'verified' : 'not verified'}
          />
        )}
        {differs.trashDays !== undefined && (
          <Values
            label="Trash"
            theirs={countOf(Number(theirs.trashDays), 'day')}
            mine={countOf(differs.trashDays, 'day')}
          />
        )}
      </dl>
    </Banner>
  );
}

function Values({ label, theirs, mine }: { label: string; theirs: string; mine: string }) {
  return (
    <div className="flex flex-wrap gap-x-3">
      <dt className="font-medium text-text">{label}</dt>
      <dd>
        theirs: {theirs} · yours: {mine}
      </dd>
    </div>
  );
}
