import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import {
  aclRouter,
  realmRouter,
  roleRouter,
  tokenRouter,
  userGroupRouter,
  userRouter,
} from '../routers/access.ts';
import { auditRouter } from '../routers/audit.ts';
import { datastoreRouter } from '../routers/datastore.ts';
import { drillRouter } from '../routers/drill.ts';
import { scheduleRouter } from '../routers/schedule.ts';
import { sessionRouter } from '../routers/session.ts';
import { setupRouter } from '../routers/setup.ts';
import { backupRouter, namespaceRouter, snapshotRouter } from '../routers/snapshot.ts';
import { eventsRouter, settingsRouter, systemRouter } from '../routers/system.ts';
import { taskRouter } from '../routers/task.ts';
import { trashRouter } from '../routers/trash.ts';
import { createCallerFactory, router } from './init.ts';

/** The whole API, by noun. */
export const appRouter = router({
  setup: setupRouter,
  session: sessionRouter,
  user: userRouter,
  token: tokenRouter,
  acl: aclRouter,
  role: roleRouter,
  userGroup: userGroupRouter,
  realm: realmRouter,
  datastore: datastoreRouter,
  namespace: namespaceRouter,
  snapshot: snapshotRouter,
  backup: backupRouter,
  drill: drillRouter,
  trash: trashRouter,
  schedule: scheduleRouter,
  task: taskRouter,
  audit: auditRouter,
  system: systemRouter,
  settings: settingsRouter,
  events: eventsRouter,
});

export type AppRouter = typeof appRouter;

/** What goes in and what comes out, by noun and verb: for those who only see this file's types. */
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/** Calls procedures in this process, with all their checks: for pages that prefetch, and for tests. */
export const createCaller = createCallerFactory(appRouter);
