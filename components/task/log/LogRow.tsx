import type { MouseEvent } from 'react';
import type { LogLevel, LogLine } from '#domain/task.ts';
import { cn } from '../../ui/class-names.ts';
import { formatAbsolute, type Zone } from '../../ui/time/absolute-time.ts';
import { displayText } from './display-text.ts';
import { matchParts } from './filter-log.ts';
import { beforeNumber, GAP_TEXT, type Gutter, levelText } from './gutter.ts';

/** Height of a row of text; the class says the same. */
export const LOG_ROW_PX = 18;
/** Padding left and right of a row. */
export const LOG_PADDING_PX = 24;

const LEVELS: Record<LogLevel, { word: string; text: string; row: string }> = {
  info: { word: '', text: '', row: '' },
  warning: { word: 'warn', text: 'text-warn', row: '' },
  error: { word: 'error', text: 'text-err', row: 'bg-err/6' },
};

interface LogRowProps {
  line: LogLine;
  zone: Zone;
  gutter: Gutter;
  wrap: boolean;
  search: string;
  isMarked: boolean;
  onMark: (number: number) => void;
}

/** One line of text; its number is a link to it. A broken line goes on below its text, not below the number. */
export function LogRow({ line, zone, gutter, wrap, search, isMarked, onMark }: LogRowProps) {
  const look = LEVELS[line.level];
  const time = formatAbsolute(line.at, zone);
  const mark = (event: MouseEvent) => {
    event.preventDefault();
    onMark(line.number);
  };
  return (
    <div className={cn('px-3 leading-[18px]', look.row, isMarked && 'bg-selected')}>
      <div
        style={{ paddingLeft: `${gutter.characters}ch`, textIndent: `-${gutter.characters}ch` }}
        className={wrap ? 'break-all whitespace-break-spaces' : 'whitespace-pre'}
      >
        <span className="text-muted select-none">
          {beforeNumber(line.number)}
          <a
            href={`#L${line.number}`}
            aria-label={`Line ${line.number}`}
            title={time}
            onClick={mark}
            className="inline-block indent-0 hover:text-text hover:underline"
          >
            {line.number}
          </a>
          {GAP_TEXT}
        </span>
        {gutter.showsTime && (
          <span className="text-muted">
            <time dateTime={new Date(line.at).toISOString()}>{time}</time>
            {GAP_TEXT}
          </span>
        )}
        <span className={look.text}>
          {levelText(look.word)}
          {GAP_TEXT}
          <LogText text={displayText(line.text)} search={search} />
        </span>
      </div>
    </div>
  );
}

function LogText({ text, search }: { text: string; search: string }) {
  if (search.trim() === '') return text;
  let at = 0;
  return matchParts(text, search).map((part) => {
    const key = at;
    at += part.text.length;
    return part.isMatch ? (
      <mark key={key} className="bg-brand/40 text-inherit">
        {part.text}
      </mark>
    ) : (
      <span key={key}>{part.text}</span>
    );
  });
}
