import { HardDrive } from 'lucide-react';
import { DATASTORE_KINDS, type DatastoreKind } from '#domain/datastore.ts';
import { type RadioCard, RadioCards } from '../../ui/forms/RadioCards.tsx';

/** A card for each kind; a kind that is added to the domain asks for its card here. */
const CARDS: Record<DatastoreKind, Omit<RadioCard<DatastoreKind>, 'value'>> = {
  local: {
    title: 'Local filesystem',
    icon: <HardDrive />,
    description: 'A directory on a disk of this server. The fastest, and the usual first datastore.',
    facts: [
      { label: 'Speed', value: 'Highest throughput, lowest latency' },
      { label: 'Survives', value: 'What its disk survives; use RAID or ZFS under it' },
      { label: 'Needs', value: 'XFS, ext4 or ZFS, mounted, on a filesystem of its own' },
    ],
  },
};

export function TypeStep({ type, onType }: { type: DatastoreKind; onType: (type: DatastoreKind) => void }) {
  const cards = DATASTORE_KINDS.map((value) => ({ value, ...CARDS[value] }));
  return (
    <RadioCards
      label="Type of the datastore"
      cards={cards}
      value={type}
      onChange={onType}
      columns={cards.length > 1 ? 2 : 1}
    />
  );
}
