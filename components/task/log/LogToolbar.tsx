'use client';

import { ArrowDownToLine, Download, Search, WrapText } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { cn } from '../../ui/class-names.ts';
import { Input } from '../../ui/forms/Input.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import type { LevelChoice, LogFilter } from './filter-log.ts';

const LEVELS: { value: LevelChoice; label: string }[] = [
  { value: 'all', label: 'All levels' },
  { value: 'warning', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
];

interface LogToolbarProps {
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onDownload: () => void;
  /** Why the whole log cannot be saved now. */
  downloadReason: string | false;
}

export function LogToolbar(props: LogToolbarProps) {
  const { filter, onFilter, wrap, onWrap, follow, onFollow } = props;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2 border-t px-4 py-2">
      <div className="min-w-40 flex-1 sm:max-w-72">
        <Input
          type="search"
          data-filter-input
          aria-label="Search the log"
          placeholder="Search the log"
          icon={<Search />}
          value={filter.search}
          onChange={(event) => onFilter({ ...filter, search: event.target.value })}
          className="h-7 text-table"
        />
      </div>
      <Select
        aria-label="Level"
        options={LEVELS}
        value={filter.level}
        onChange={(level) => onFilter({ ...filter, level })}
        className="w-44"
      />
      <div className="ml-auto flex items-center gap-1">
        <Button
          size="small"
          variant="ghost"
          icon={<ArrowDownToLine />}
          aria-pressed={follow}
          onClick={() => onFollow(!follow)}
          className={cn(follow && 'bg-selected')}
        >
          Follow
        </Button>
        <IconButton
          size="small"
          label={wrap ? 'Do not wrap long lines' : 'Wrap long lines'}
          icon={<WrapText />}
          aria-pressed={wrap}
          onClick={() => onWrap(!wrap)}
          className={cn(wrap && 'bg-selected')}
        />
        <IconButton
          size="small"
          label="Download log"
          icon={<Download />}
          onClick={props.onDownload}
          disabledReason={props.downloadReason}
        />
      </div>
    </div>
  );
}
