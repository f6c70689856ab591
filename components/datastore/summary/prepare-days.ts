import { DAY_LEVELS, type DayLevel, dayName, dayWords } from '#domain/day.ts';
import type { DayView } from '../../trpc/views.ts';
import { DAY_LOOKS } from '../../ui/day-looks.ts';

export interface DayCell {
  day: string;
  level: DayLevel;
  /** `Fri 27 Nov 2026, offline. Offline for 40 min: …` */
  words: string;
  /** The tasks of that day. */
  href: string;
}

export function prepareDays(datastore: string, days: readonly DayView[]): DayCell[] {
  const today = days.at(-1)?.day;
  return days.map((facts) => {
    const { day, level, goneTasks } = facts;
    const name = `${dayName(day)}${day === today ? ', so far' : ''}`;
    const gone = goneTasks > 0 ? ' Their logs have been removed since.' : '';
    const words = `${name}: ${DAY_LOOKS[level].word.toLowerCase()}. ${dayWords(facts)}${gone}`;
    return { day, level, words, href: `/tasks?${new URLSearchParams({ datastore, day })}` };
  });
}

/** How many days were how, worst first; levels that did not come up are left out. */
export function countLevels(days: readonly Pick<DayView, 'level'>[]): { level: DayLevel; count: number }[] {
  return DAY_LEVELS.flatMap((level) => {
    const count = days.filter((day) => day.level === level).length;
    return count === 0 ? [] : [{ level, count }];
  });
}
