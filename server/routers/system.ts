import { getTRPCErrorFromUnknown, tracked } from '@trpc/server';
import { z } from 'zod';
import { UpdateSettingsInput } from '#domain/settings.ts';
import { overview } from '../services/dashboard/overview.ts';
import { latestEvent, subscribeEvents } from '../services/events/subscribe-events.ts';
import { getSettings } from '../services/settings/read-settings.ts';
import { updateSettings } from '../services/settings/update-settings.ts';
import { about } from '../services/system/about.ts';
import { toTrpcError } from '../trpc/errors.ts';
import { procedure, router } from '../trpc/init.ts';

export const systemRouter = router({
  about: procedure.query(({ ctx }) => about(ctx)),
  overview: procedure.query(({ ctx }) => overview(ctx)),
});

export const settingsRouter = router({
  get: procedure.query(({ ctx }) => getSettings(ctx)),
  update: procedure.input(UpdateSettingsInput).mutation(({ ctx, input }) => updateSettings(ctx, input)),
});

const Resume = z.object({ lastEventId: z.coerce.number().int().nonnegative().nullish() }).optional();

export const eventsRouter = router({
  latest: procedure.query(({ ctx }) => latestEvent(ctx)),
  /** Server-sent events; a client that comes back says the last id it saw. */
  stream: procedure.input(Resume).subscription(async function* ({ ctx, input }) {
    try {
      for await (const event of subscribeEvents(ctx, input?.lastEventId ?? null)) {
        yield tracked(String(event.id), event);
      }
    } catch (error) {
      throw toTrpcError(getTRPCErrorFromUnknown(error)); // what ends a stream passes no door
    }
  }),
});
