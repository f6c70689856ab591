import { SearchX } from 'lucide-react';
import { Button } from './Button.tsx';
import { StateBlock } from './StateBlock.tsx';

interface NoResultsProps {
  /** What is looked at: "datastores". */
  noun: string;
  /** The filter in words: "status is Offline". */
  filter: string;
  onClear: () => void;
}

/** Things exist, but none that the filter lets through. */
export function NoResults({ noun, filter, onClear }: NoResultsProps) {
  return (
    <StateBlock
      icon={<SearchX />}
      title={`No ${noun} match`}
      actions={<Button onClick={onClear}>Clear filters</Button>}
    >
      <p>{filter}</p>
    </StateBlock>
  );
}
