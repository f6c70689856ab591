import { FIELDS, type Field, formatField, runsOf } from './field.ts';

/**
 * When a job is due: wall-clock times at which all fields match, in the grammar that PBS and systemd share
 * (`datastore.md`, calendar events). It knows no clock; `next-event.ts` finds the times in a zone.
 */
export interface CalendarEvent {
  /** 0 is Monday, 6 Sunday. */
  weekdays: Field;
  years: Field;
  months: Field;
  /** Days of the month; with `fromEnd` 1 is the last day of the month, 2 the one before. */
  days: Field;
  fromEnd: boolean;
  hours: Field;
  minutes: Field;
  seconds: Field;
  /** The zone that the event names; null for that of the server. */
  zone: string | null;
}

export const WEEKDAY_RULE = { name: 'weekday', from: 0, to: 6, digits: 1 } as const;
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** What a keyword stands for; the first spelling of a meaning is the one that is printed. */
export const KEYWORDS: Readonly<Record<string, string>> = {
  minutely: '*-*-* *:*:00',
  hourly: '*-*-* *:00:00',
  daily: '*-*-* 00:00:00',
  weekly: 'mon *-*-* 00:00:00',
  monthly: '*-*-01 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  semiannually: '*-01,07-01 00:00:00',
  yearly: '*-01-01 00:00:00',
  'semi-annually': '*-01,07-01 00:00:00',
  annually: '*-01-01 00:00:00',
};

/** The one spelling of an event: a keyword where there is one, else no more parts than it needs. PBS reads it too. */
export function formatCalendarEvent(event: CalendarEvent): string {
  const zone = event.zone ? ` ${event.zone}` : '';
  const full = fullForm(event);
  const keyword = Object.keys(KEYWORDS).find((word) => fullOf(word) === full);
  if (keyword) return `${keyword}${zone}`;
  const parts = [weekdaysText(event), dateText(event), timeText(event)].filter((part) => part !== '');
  return `${parts.join(' ')}${zone}`;
}

function fullOf(keyword: string): string {
  return (KEYWORDS[keyword] ?? '').replace('01,04,07,10', '01/3');
}

function fullForm(event: CalendarEvent): string {
  const { years, months, days, hours, minutes, seconds, fromEnd } = event;
  const date = `${formatField(years, FIELDS.year)}-${formatField(months, FIELDS.month)}${fromEnd ? '~' : '-'}${formatField(days, FIELDS.day)}`;
  const time = [
    formatField(hours, FIELDS.hour),
    formatField(minutes, FIELDS.minute),
    formatField(seconds, FIELDS.second),
  ].join(':');
  return [weekdaysText(event), date, time].filter((part) => part !== '').join(' ');
}

function weekdaysText({ weekdays }: CalendarEvent): string {
  if (!weekdays) return '';
  const short = (day: number) => (WEEKDAYS[day] ?? '').slice(0, 3);
  return runsOf(weekdays)
    .map(([from, to]) => (from === to ? short(from) : `${short(from)}..${short(to)}`))
    .join(',');
}

function dateText({ years, months, days, fromEnd }: CalendarEvent): string {
  if (!years && !months && !days) return '';
  const mark = fromEnd ? '~' : '-';
  return `${formatField(years, FIELDS.year)}-${formatField(months, FIELDS.month)}${mark}${formatField(days, FIELDS.day)}`;
}

function timeText({ hours, minutes, seconds }: CalendarEvent): string {
  const time = `${formatField(hours, FIELDS.hour)}:${formatField(minutes, FIELDS.minute)}`;
  const atZero = seconds?.length === 1 && seconds[0] === 0;
  return atZero ? time : `${time}:${formatField(seconds, FIELDS.second)}`;
}
