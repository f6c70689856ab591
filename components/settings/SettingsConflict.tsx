import type { SettingKey } from '#domain/settings.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import type { SettingTexts } from './settings-draft.ts';
import { SETTING_LABELS, shownText } from './settings-words.ts';

interface SettingsConflictProps {
  keys: readonly SettingKey[];
  theirs: SettingTexts;
  mine: SettingTexts;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}

/** Both values, side by side; whoever saves second decides. */
export function SettingsConflict({ keys, theirs, mine, onTakeTheirs, onKeepMine }: SettingsConflictProps) {
  return (
    <Banner
      tone="warn"
      title="Someone else changed the same settings in the meantime"
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
        {keys.map((key) => (
          <div key={key} className="flex flex-wrap gap-x-3">
            <dt className="font-medium text-text">{SETTING_LABELS[key]}</dt>
            <dd className="wrap-anywhere">
              theirs: {shownText(theirs[key])} · yours: {shownText(mine[key])}
            </dd>
          </div>
        ))}
      </dl>
    </Banner>
  );
}
