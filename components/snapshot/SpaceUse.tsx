import { formatBytes } from '#domain/units.ts';
import { Unknown } from '../ui/Unknown.tsx';

interface SpaceUseProps {
  row: { usedBytes: number | null; exclusiveBytes: number | null };
}

/** What something needs on the disk, and how much of it nothing else needs. */
export function SpaceUse({ row: { usedBytes, exclusiveBytes } }: SpaceUseProps) {
  if (usedBytes === null || exclusiveBytes === null) {
    return <Unknown reason="No garbage collection has looked since who uses the space" />;
  }
  return (
    <span title="As of the last garbage collection">
      {formatBytes(usedBytes)}, of which {formatBytes(exclusiveBytes)} shared with nothing else
    </span>
  );
}
