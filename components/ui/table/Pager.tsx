'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { formatCount } from '#domain/units.ts';
import { IconButton } from '../IconButton.tsx';

export interface PagerProps {
  /** Position of the first and last row shown, from 1. */
  from: number;
  to: number;
  /** Unknown where counting would be slow. */
  total?: number;
  onPrevious?: () => void;
  onNext?: () => void;
}

/** Pages by cursor: forward, back, and where one is. */
export function Pager({ from, to, total, onPrevious, onNext }: PagerProps) {
  return (
    <nav aria-label="Pages" className="ml-auto flex items-center gap-1">
      <p className="pr-2">
        {formatCount(from)}–{formatCount(to)}
        {total !== undefined && ` of ${formatCount(total)}`}
      </p>
      <IconButton
        size="small"
        label="Previous page"
        icon={<ChevronLeft />}
        onClick={onPrevious}
        disabledReason={!onPrevious && 'this is the first'}
      />
      <IconButton
        size="small"
        label="Next page"
        icon={<ChevronRight />}
        onClick={onNext}
        disabledReason={!onNext && 'this is the last'}
      />
    </nav>
  );
}
