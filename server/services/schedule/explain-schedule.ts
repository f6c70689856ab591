import { parseCalendarEvent } from '#domain/calendar/parse-event.ts';
import { must } from '#domain/result.ts';
import { type ExplainScheduleInput, explainEvent, parseSchedule } from '#domain/schedule.ts';
import { readSetting } from '#drizzle/settings.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface ScheduleView {
  /** In its one spelling; null for by hand only. */
  schedule: string | null;
  words: string;
  /** That it runs in: the one that it names, or that of the server. */
  zone: string;
  next: Date[];
}

/** What a text means as a schedule. SCHEDULE_INVALID names the place at which it cannot be read. */
export async function explainSchedule(
  context: ServiceContext,
  { text, count }: ExplainScheduleInput,
): Promise<ScheduleView> {
  await requireSession(context);
  const schedule = must(parseSchedule(text, 'text'));
  const event = schedule === null ? null : must(parseCalendarEvent(schedule));
  const zone = await readSetting(context.db, 'timeZone');
  const meaning = explainEvent(event, { after: context.clock.now(), zone, count });
  return { ...meaning, next: meaning.next.map((at) => new Date(at)) };
}
