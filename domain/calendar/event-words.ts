import { type CalendarEvent, WEEKDAYS } from './calendar-event.ts';
import { type Field, runsOf } from './field.ts';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** More times of a day than this are told as hours and minutes, not one by one. */
const TIMES_MAX = 4;

/** What an event means, as a phrase: `Every Sunday at 05:00`, `Monday to Friday every 30 minutes`. */
export function calendarEventWords(event: CalendarEvent): string {
  const day = dayWords(event);
  const time = timeWords(event);
  const zone = event.zone ? ` (${event.zone})` : '';
  if (day === 'every day' && time.startsWith('every')) return capital(`${time}${zone}`);
  return capital(`${day} ${time}${zone}`);
}

function dayWords(event: CalendarEvent): string {
  const dated = event.years !== null || event.months !== null || event.days !== null;
  if (!event.weekdays) return dated ? `on ${dateWords(event)}` : 'every day';
  const names = listWords(event.weekdays, (day) => capital(WEEKDAYS[day] ?? ''));
  if (!dated) return event.weekdays.length === 1 ? `every ${names}` : names;
  return `${names} if it is ${dateWords(event)}`;
}

function dateWords({ years, months, days, fromEnd }: CalendarEvent): string {
  const year = years ? ` of ${listWords(years, String)}` : '';
  const month = months ? listWords(months, (number) => MONTHS[number - 1] ?? '') : 'every month';
  if (!days) return months ? `any day of ${month}${year}` : `any day${year}`;
  const inMonth = ` of ${month}${year}`;
  if (!fromEnd) return `day ${listWords(days, String)}${inMonth}`;
  if (days.length === 1 && days[0] === 1) return `the last day${inMonth}`;
  const first = days.every((day, at) => day === at + 1);
  if (first) return `one of the last ${days.length} days${inMonth}`;
  return `day ${listWords(days, String)} before the end${inMonth}`;
}

function timeWords({ hours, minutes, seconds }: CalendarEvent): string {
  const second = isOnly(seconds, 0) ? '' : secondWords(seconds);
  if (second) return `${second} of ${minuteWords(minutes)} of ${hourWords(hours)}`;
  if (hours && minutes && hours.length * minutes.length <= TIMES_MAX) {
    const times = hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}`));
    return `at ${inWords(times)}`;
  }
  const every = hours ? '' : everyMinutes(minutes);
  if (every) return every;
  const step = stepOf(hours, 24);
  if (step && minutes?.length === 1) return `every ${step} hours at minute ${minutes[0]}`;
  const inHours = everyMinutes(minutes);
  if (inHours) return `${inHours} in ${hourWords(hours)}`;
  return `at ${minuteWords(minutes)} of ${hourWords(hours)}`;
}

/** `every minute`, `every 15 minutes`, `every hour`, `every hour at minute 30`; empty for what is none of these. */
function everyMinutes(minutes: Field): string {
  if (!minutes) return 'every minute';
  const step = stepOf(minutes, 60);
  if (step) return `every ${step} minutes`;
  if (isOnly(minutes, 0)) return 'every hour';
  return minutes.length === 1 ? `every hour at minute ${minutes[0]}` : '';
}

function secondWords(seconds: Field): string {
  if (!seconds) return 'every second';
  return `at second ${listWords(seconds, String)}`;
}

function minuteWords(minutes: Field): string {
  return minutes ? `minute ${listWords(minutes, String)}` : 'every minute';
}

function hourWords(hours: Field): string {
  return hours ? `hour ${listWords(hours, String)}` : 'every hour';
}

/** The distance of values from 0 on that divides the whole evenly; null for others. */
function stepOf(field: Field, whole: number): number | null {
  const step = field?.[1];
  if (field?.[0] !== 0 || step === undefined || whole % step !== 0) return null;
  return field.length === whole / step && field.every((value, at) => value === at * step) ? step : null;
}

function isOnly(field: Field, value: number): boolean {
  return field?.length === 1 && field[0] === value;
}

function listWords(values: readonly number[], name: (value: number) => string): string {
  return inWords(
    runsOf(values).map(([from, to]) => (from === to ? name(from) : `${name(from)} to ${name(to)}`)),
  );
}

function inWords(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
