import { AbsoluteTime, ZoneName } from '../../ui/time/AbsoluteTime.tsx';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';

/** When what goes now may leave the trash at the earliest, in ms since 1970. */
export function RestorableUntil({ at }: { at: number }) {
  return (
    <span>
      <AbsoluteTime at={at} /> <ZoneName />{' '}
      <span className="text-muted">
        <RelativeTime at={at} />
      </span>
    </span>
  );
}
