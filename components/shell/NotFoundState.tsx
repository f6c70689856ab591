import { FileQuestion } from 'lucide-react';
import { ButtonLink } from '../ui/Button.tsx';
import { StateBlock } from '../ui/StateBlock.tsx';

/** For an address that leads nowhere: a mistyped link, or a thing that was removed. */
export function NotFoundState() {
  return (
    <StateBlock
      wholePage
      icon={<FileQuestion />}
      title="There is nothing at this address"
      actions={<ButtonLink href="/">Open dashboard</ButtonLink>}
    >
      <p>The link may be mistyped, or what it led to was removed. Search for it with ⌘ K or Ctrl K.</p>
    </StateBlock>
  );
}
