import { describe, expect, it } from 'vitest';
import { must } from '../result.ts';
import { type CalendarEvent, formatCalendarEvent } from './calendar-event.ts';
import { calendarEventWords } from './event-words.ts';
import { nextEvent, nextEvents } from './next-event.ts';
import { parseCalendarEvent } from './parse-event.ts';

const parse = (text: string): CalendarEvent => must(parseCalendarEvent(text));
const utc = (text: string) => Date.parse(`${text}Z`);
const HOUR = 3600;
const DAY = 24 * HOUR;

function problemOf(text: string): string {
  const result = parseCalendarEvent(text, 'gcSchedule');
  if (result.ok) throw new Error(`${text} was taken`);
  expect(result.problem).toMatchObject({ code: 'SCHEDULE_INVALID', field: 'gcSchedule' });
  return result.problem.message;
}

describe('the next event', () => {
  /** Section 18.2 of the format; times in seconds since 1970. */
  const cases: [event: string, after: number | string, next: number | string | null][] = [
    ['0', 0, HOUR],
    ['*', 0, 60],
    ['*:*:*', 0, 1],
    ['*:3:5', 0, 185],
    ['mon 2:50', 0, 4 * DAY + 2 * HOUR + 50 * 60],
    ['thu', 0, 7 * DAY],
    ['4..10/2:0', 0, 4 * HOUR],
    ['4..10/2:0', 5 * HOUR, 6 * HOUR],
    ['4..10/2:0', 11 * HOUR, DAY + 4 * HOUR],
    ['5,10:4,8', 0, 5 * HOUR + 240],
    ['10,5:8,4', 0, 5 * HOUR + 240],
    ['6,4..10:23,5/5', 0, 4 * HOUR + 300],
    ['5/2:0', 0, 5 * HOUR],
    ['5/2:0', 5 * HOUR, 7 * HOUR],
    ['5/2:0', 7 * HOUR, 9 * HOUR],
    ['5/2:0', 9 * HOUR, 11 * HOUR],
    ['sat', '2020-07-31T00:00:00', '2020-08-01T00:00:00'],
    ['fri', '2020-12-31T00:00:00', '2021-01-01T00:00:00'],
    ['02-29', 0, '1972-02-29T00:00:00'],
    ['1965/5-01-01', -1, 0],
    ['2020-7..9-2/2', '2020-07-31T00:00:00', '2020-08-02T00:00:00'],
    ['2020,2021-12-31', '2020-07-31T00:00:00', '2020-12-31T00:00:00'],
    ['quarterly', 0, '1970-04-01T00:00:00'],
    ['2021-02-29', 0, null],
    ['02-30', 0, null],
  ];
  const seconds = (moment: number | string) => (typeof moment === 'string' ? utc(moment) / 1000 : moment);

  it.each(cases)('of %s after %s is %s', (event, after, next) => {
    const found = nextEvent(parse(`${event} UTC`), seconds(after) * 1000, 'Asia/Tokyo');
    expect(found).toBe(next === null ? null : seconds(next) * 1000);
  });

  it('is in the zone of the server unless the event names one', () => {
    const after = utc('2026-01-10T12:00:00');
    expect(nextEvent(parse('05:00'), after, 'Europe/Berlin')).toBe(utc('2026-01-11T04:00:00'));
    expect(nextEvent(parse('05:00 UTC'), after, 'Europe/Berlin')).toBe(utc('2026-01-11T05:00:00'));
    expect(nextEvent(parse('05:00 Asia/Tokyo'), after, 'Europe/Berlin')).toBe(utc('2026-01-10T20:00:00'));
  });

  it('of a fraction of a second is a whole one later', () => {
    expect(nextEvent(parse('*:*:* UTC'), 1500, 'UTC')).toBe(2000);
  });
});

describe('when clocks are moved', () => {
  const times = (event: string, zone: string, after: string, count: number) =>
    nextEvents(parse(event), utc(after), zone, count).map((moment) =>
      new Date(moment).toISOString().slice(5, 16),
    );

  it('a time that is left out is due as much later', () => {
    // Berlin goes from 02:00 to 03:00 at 01:00 UTC of 29 March 2026.
    expect(times('02:30', 'Europe/Berlin', '2026-03-28T12:00:00', 2)).toEqual(['03-29T01:30', '03-30T00:30']);
    expect(times('2:10,45', 'Europe/Berlin', '2026-03-28T23:00:00', 3)).toEqual([
      ...['03-29T01:10', '03-29T01:45'],
      '03-30T00:10',
    ]);
    // Lord Howe Island moves by half an hour: 02:10 becomes 02:40, after 02:35.
    expect(times('2:10,35', 'Australia/Lord_Howe', '2026-10-03T12:00:00', 3)).toEqual([
      ...['10-03T15:35', '10-03T15:40'],
      '10-04T15:10',
    ]);
  });

  it('a time that comes twice is due once', () => {
    // Berlin goes from 03:00 back to 02:00 at 01:00 UTC of 25 October 2026.
    expect(times('02:30', 'Europe/Berlin', '2026-10-24T12:00:00', 2)).toEqual(['10-25T00:30', '10-26T01:30']);
    expect(times('0..6:15', 'Europe/Berlin', '2026-10-24T23:30:00', 4)).toEqual([
      ...['10-25T00:15', '10-25T02:15', '10-25T03:15'],
      '10-25T04:15',
    ]);
  });

  it('what is due in every hour is due in each of them', () => {
    expect(times('*:0/30', 'Europe/Berlin', '2026-10-24T23:59:00', 7)).toEqual([
      ...['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30'],
      ...['10-25T02:00', '10-25T02:30', '10-25T03:00'],
    ]);
    expect(times('hourly', 'Europe/Berlin', '2026-03-28T23:30:00', 3)).toEqual([
      ...['03-29T00:00', '03-29T01:00', '03-29T02:00'],
    ]);
  });

  it('each second of the hours around is found quickly', () => {
    const started = performance.now();
    expect(nextEvents(parse('*:*:*'), utc('2026-10-25T00:59:50'), 'Europe/Berlin', 20)).toHaveLength(20);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('the one spelling of an event', () => {
  it.each([
    ['weekly', 'weekly'],
    ['WEEKLY', 'weekly'],
    ['mon', 'weekly'],
    ['monthly', 'monthly'],
    ['*-1', 'monthly'],
    ['daily', 'daily'],
    ['0:0', 'daily'],
    ['hourly', 'hourly'],
    ['0', 'hourly'],
    ['annually', 'yearly'],
    ['semi-annually UTC', 'semiannually UTC'],
    ['*-1/3-1', 'quarterly'],
    ['minutely', 'minutely'],
    ['*', 'minutely'],
    ['Sun 05:00', 'sun 05:00'],
    ['daily 05:00', '05:00'],
    ['weekly 5:00', 'mon 05:00'],
    ['monthly 05:00:30', '*-*-01 05:00:30'],
    ['quarterly 5:0', '*-01/3-01 05:00'],
    ['mon..fri 22:30', 'mon..fri 22:30'],
    ['Monday-Friday 22:30', 'mon..fri 22:30'],
    ['*:0/30', '*:00,30'],
    ['*:*/15', '*:00/15'],
    ['fri..mon', 'mon,fri..sun 00:00'],
    ['monDay', 'weekly'],
    ['mon,tue..wednesday,fri..sat', 'mon..wed,fri,sat 00:00'],
    ['mon..sun 3:00', '03:00'],
    ['5..5,4:1,1', '04,05:01'],
    ['*-*~1', '*-*~01 00:00'],
    ['Mon *-05~07/1 3:00', 'mon *-05~01..07 03:00'],
    ['2026-12-24 18:00 Europe/Berlin', '2026-12-24 18:00 Europe/Berlin'],
  ])('of %s is %s', (text, canonical) => {
    expect(formatCalendarEvent(parse(text))).toBe(canonical);
    expect(parse(canonical)).toEqual(parse(text));
  });
});

describe('what is no event', () => {
  it.each(
    [
      ['', 'The schedule is empty.'],
      ['  ', 'The schedule is empty.'],
      ['sometimes', '"sometimes" is no weekday. (at "sometimes" in "sometimes")'],
      ['mon 25:00', 'The hour is a number from 0 to 23. (at "25:00" in "mon 25:00")'],
      ['5:60', 'The minute is a number from 0 to 59. (at "60" in "5:60")'],
      ['5:', 'The minute is missing. (at the end of "5:")'],
      ['*-13-1', 'The month is a number from 1 to 12. (at "13-1" in "*-13-1")'],
      ['*-02-32', 'The day is a number from 1 to 31. (at "32" in "*-02-32")'],
      ['99-1-1', 'The year is a number from 1900 to 2199. (at "99-1-1" in "99-1-1")'],
      ['10..5:0', 'A range of the hour goes upwards. (at "5:0" in "10..5:0")'],
      ['5:10/0', 'After "/" comes a step from 1 to 59. (at "0" in "5:10/0")'],
      ['5:4:3.5', 'A schedule has whole seconds. (at ".5" in "5:4:3.5")'],
      ['mon tue', 'The minute is missing. (at "tue" in "mon tue")'],
      ['5:00 6:00', 'A schedule ends here. (at "6:00" in "5:00 6:00")'],
      ['5:00 Mars/Phobos', '"Mars/Phobos" is no time zone. (at "Mars/Phobos" in "5:00 Mars/Phobos")'],
      ['hourly 05:00', '"hourly" is no weekday. (at "hourly 05:00" in "hourly 05:00")'],
      ['daily 25:00', 'The hour is a number from 0 to 23. (at "25:00" in "daily 25:00")'],
      ['2026-1', 'The month is a number from 1 to 12. (at "2026-1" in "2026-1")'],
      [`5:${'0'.repeat(300)}`, 'A schedule has at most 256 characters.'],
    ].filter(([text]) => text !== 'mon,') as [string, string][],
  )('%s', (text, message) => {
    expect(problemOf(text)).toBe(message);
  });
});

describe('an event in words', () => {
  it.each([
    ['daily', 'Every day at 00:00'],
    ['weekly', 'Every Monday at 00:00'],
    ['monthly', 'On day 1 of every month at 00:00'],
    ['quarterly', 'On day 1 of January, April, July and October at 00:00'],
    ['hourly', 'Every hour'],
    ['minutely', 'Every minute'],
    ['Sun 05:00', 'Every Sunday at 05:00'],
    ['mon..fri 22:30', 'Monday to Friday at 22:30'],
    ['mon,wed,fri 6,18:00', 'Monday, Wednesday and Friday at 06:00 and 18:00'],
    ['*:0/30', 'Every 30 minutes'],
    ['mon..fri *:0/15', 'Monday to Friday every 15 minutes'],
    ['8..17:0/30', 'Every 30 minutes in hour 8 to 17'],
    ['0/2:05', 'Every 2 hours at minute 5'],
    ['30', 'Every hour at minute 30'],
    ['*-*~1 23:00', 'On the last day of every month at 23:00'],
    ['sun *-*-1..7 4:00', 'Sunday if it is day 1 to 7 of every month at 04:00'],
    ['2026-12-24 18:00 Europe/Berlin', 'On day 24 of December of 2026 at 18:00 (Europe/Berlin)'],
    ['5:00:30', 'Every day at second 30 of minute 0 of hour 5'],
  ])('%s: %s', (text, words) => {
    expect(calendarEventWords(parse(text))).toBe(words);
  });
});
