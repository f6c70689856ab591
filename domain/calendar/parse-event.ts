import { quote } from '../quote.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type CalendarEvent, KEYWORDS, WEEKDAY_RULE, WEEKDAYS } from './calendar-event.ts';
import { FIELDS, type Field, type FieldRule, fieldOf } from './field.ts';
import { isTimeZone } from './zone.ts';

const LENGTH_MAX = 256;
const HINT = 'Examples: daily, Sun 05:00, mon..fri 22:30, *-*-1 04:00, *:0/30.';

/** Keywords that may be followed by a time, as in `daily 05:00`: those that name a whole day. */
const WITH_TIME = /^(daily|weekly|monthly|quarterly|semi-?annually|yearly|annually)\s+(\d\S*)$/i;

/** A text of the grammar of PBS or systemd as an event; refused with where and why. */
export function parseCalendarEvent(text: string, field = 'schedule'): Result<CalendarEvent> {
  const fail = (message: string, at: number): Result<CalendarEvent> =>
    refuse('SCHEDULE_INVALID', `${message} (${placeOf(text, at)})`, { field, hint: HINT });
  if (text.length > LENGTH_MAX) {
    return refuse('SCHEDULE_INVALID', `A schedule has at most ${LENGTH_MAX} characters.`, {
      field,
      hint: HINT,
    });
  }
  if (text.trim() === '') return refuse('SCHEDULE_INVALID', 'The schedule is empty.', { field, hint: HINT });
  try {
    return ok(new Reader(text).event());
  } catch (error) {
    if (error instanceof Misfit) return fail(error.message, error.at);
    throw error;
  }
}

function placeOf(text: string, at: number): string {
  return at >= text.trimEnd().length
    ? `at the end of ${quote(text)}`
    : `at ${quote(text.slice(at))} in ${quote(text)}`;
}

/** Does not fit the grammar, at a position of the text. */
class Misfit extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const MIDNIGHT = { hours: [0], minutes: [0], seconds: [0] };
const ANY_DATE = { years: null, months: null, days: null, fromEnd: false };

class Reader {
  readonly #text: string;
  #at = 0;
  /** Where the zone begins, if there is one. */
  #end = Number.POSITIVE_INFINITY;

  constructor(text: string) {
    this.#text = text;
  }

  event(): CalendarEvent {
    this.#spaces();
    const { zone, misfit } = this.#takeZone();
    const event = this.#eventIn(zone);
    if (misfit) throw misfit;
    return event;
  }

  #eventIn(zone: string | null): CalendarEvent {
    const [, keyword, time] = WITH_TIME.exec(this.#rest()) ?? [];
    const spelled = KEYWORDS[(keyword ?? this.#rest()).toLowerCase()];
    if (spelled === undefined) return { ...this.#parts(), zone };
    const meant = new Reader(spelled).#parts();
    if (time === undefined) return { ...meant, zone };
    this.#at = this.#text.indexOf(time, this.#at + (keyword?.length ?? 0));
    return { ...meant, ...this.#time(), zone };
  }

  /** A zone is the last word, and what is before it is the event. */
  #takeZone(): { zone: string | null; misfit?: Misfit } {
    const found = /\s+([A-Za-z][A-Za-z0-9_+/-]*)\s*$/.exec(this.#text);
    const name = found?.[1];
    if (!found || name === undefined || found.index < this.#at || weekdayOf(name) >= 0) return { zone: null };
    this.#end = found.index;
    if (name.toUpperCase() === 'UTC') return { zone: 'UTC' };
    const at = found.index + found[0].indexOf(name);
    return isTimeZone(name)
      ? { zone: name }
      : { zone: null, misfit: new Misfit(`${quote(name)} is no time zone.`, at) };
  }

  #rest(): string {
    return this.#text.slice(this.#at, this.#end).trimEnd();
  }

  #parts(): Omit<CalendarEvent, 'zone'> {
    const weekdays = /^[A-Za-z]/.test(this.#rest()) ? this.#weekdays() : null;
    this.#spaces();
    const date = /^[^\s:]*[-~]/.test(this.#rest()) ? this.#date() : ANY_DATE;
    this.#spaces();
    const time = this.#rest() === '' ? MIDNIGHT : this.#time();
    this.#spaces();
    if (this.#rest() !== '') throw new Misfit('A schedule ends here.', this.#at);
    return { weekdays, ...date, ...time };
  }

  #weekdays(): Field {
    const days: number[] = [];
    do {
      const from = this.#weekday();
      const to = this.#take('..') || this.#take('-') ? this.#weekday() : from;
      for (let day = from; ; day = (day + 1) % 7) {
        days.push(day);
        if (day === to) break;
      }
    } while (this.#take(',') && this.#rest() !== '');
    return fieldOf(days, WEEKDAY_RULE);
  }

  #weekday(): number {
    const word = /^[A-Za-z]+/.exec(this.#rest())?.[0] ?? '';
    const day = weekdayOf(word);
    if (day < 0)
      throw new Misfit(word === '' ? 'A weekday is missing.' : `${quote(word)} is no weekday.`, this.#at);
    this.#at += word.length;
    return day;
  }

  #date(): Pick<CalendarEvent, 'years' | 'months' | 'days' | 'fromEnd'> {
    const [text = ''] = /^\S+/.exec(this.#rest()) ?? [];
    const marks = text.replace(/[^-~]/g, '');
    const years = marks.length > 1 ? this.#field(FIELDS.year) : null;
    if (marks.length > 1 && !this.#take('-')) throw new Misfit('After the year comes "-".', this.#at);
    const months = this.#field(FIELDS.month);
    const fromEnd = this.#take('~');
    if (!fromEnd && !this.#take('-')) throw new Misfit('After the month comes "-" and the day.', this.#at);
    const days = this.#field(FIELDS.day, fromEnd);
    return { years, months, days, fromEnd: fromEnd && days !== null };
  }

  /** `05:00`, `05:00:30`, or a minute of every hour. */
  #time(): Pick<CalendarEvent, 'hours' | 'minutes' | 'seconds'> {
    const [text = ''] = /^\S+/.exec(this.#rest()) ?? [];
    if (!text.includes(':')) return { hours: null, minutes: this.#field(FIELDS.minute), seconds: [0] };
    const hours = this.#field(FIELDS.hour);
    if (!this.#take(':')) throw new Misfit('After the hour comes ":" and the minute.', this.#at);
    const minutes = this.#field(FIELDS.minute);
    const seconds = this.#take(':') ? this.#field(FIELDS.second) : [0];
    if (this.#rest().startsWith('.')) throw new Misfit('A schedule has whole seconds.', this.#at);
    return { hours, minutes, seconds };
  }

  /** Values, ranges and steps with commas between. From the end of the month, steps without an end go towards it. */
  #field(rule: FieldRule, fromEnd = false): Field {
    const values: number[] = [];
    do {
      const any = this.#take('*');
      const from = any ? rule.from : this.#number(rule);
      const ranged = !any && this.#take('..');
      const to = ranged ? this.#number(rule, from) : null;
      const step = this.#take('/') ? this.#step(rule) : null;
      if (fromEnd && step !== null && to === null) {
        for (let value = any ? rule.to : from; value >= rule.from; value -= step) values.push(value);
        continue;
      }
      const last = to ?? (any || step !== null ? rule.to : from);
      for (let value = from; value <= last; value += step ?? 1) values.push(value);
    } while (this.#take(','));
    return fieldOf(values, rule);
  }

  #number(rule: FieldRule, atLeast = rule.from): number {
    const digits = /^\d+/.exec(this.#rest())?.[0];
    if (digits === undefined) throw new Misfit(`The ${rule.name} is missing.`, this.#at);
    const value = Number(digits);
    if (value < rule.from || value > rule.to) {
      throw new Misfit(`The ${rule.name} is a number from ${rule.from} to ${rule.to}.`, this.#at);
    }
    if (value < atLeast) throw new Misfit(`A range of the ${rule.name} goes upwards.`, this.#at);
    this.#at += digits.length;
    return value;
  }

  #step(rule: FieldRule): number {
    const digits = /^\d+/.exec(this.#rest())?.[0];
    const value = Number(digits);
    if (digits === undefined || value < 1 || value > rule.to) {
      throw new Misfit(`After "/" comes a step from 1 to ${rule.to}.`, this.#at);
    }
    this.#at += digits.length;
    return value;
  }

  #take(mark: string): boolean {
    const there = this.#rest().startsWith(mark);
    if (there) this.#at += mark.length;
    return there;
  }

  #spaces(): void {
    const rest = this.#text.slice(this.#at);
    this.#at += rest.length - rest.trimStart().length;
  }
}

function weekdayOf(word: string): number {
  const lower = word.toLowerCase();
  return WEEKDAYS.findIndex((day) => day === lower || day.slice(0, 3) === lower);
}
