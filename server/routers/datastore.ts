import { z } from 'zod';
import {
  AcceptDatastoreInput,
  AdoptDatastoreInput,
  CreateDatastoreInput,
  DatastoreNameInput,
  DatastorePathInput,
  MaintenanceInput,
  UpdateDatastoreInput,
} from '#domain/datastore.ts';
import { GcInput, GcPreviewInput, TopUseInput } from '#domain/gc.ts';
import { CreateJobInput, RemoveJobInput, UpdateJobInput } from '#domain/job.ts';
import { PruneInput, PrunePlanInput } from '#domain/prune.ts';
import { VerificationInput, VerifyInput } from '#domain/verify.ts';
import { adoptDatastore, createDatastore } from '../services/datastore/create-datastore.ts';
import { createJob } from '../services/datastore/create-job.ts';
import {
  acceptDatastore,
  auditDatastore,
  collectGarbage,
  probeDatastore,
  removeDatastore,
  rescanDatastore,
  setMaintenance,
  verifyDatastore,
} from '../services/datastore/datastore-tasks.ts';
import { getDatastore } from '../services/datastore/get-datastore.ts';
import { inspectPath } from '../services/datastore/inspect-path.ts';
import { listDatastores } from '../services/datastore/list-datastores.ts';
import { DaysInput, listDays } from '../services/datastore/list-days.ts';
import { listJobs } from '../services/datastore/list-jobs.ts';
import { planPruneOf } from '../services/datastore/plan-prune.ts';
import { pruneDatastore } from '../services/datastore/prune-datastore.ts';
import { removeJob } from '../services/datastore/remove-job.ts';
import { readTopUse } from '../services/datastore/top-use.ts';
import { updateDatastore } from '../services/datastore/update-datastore.ts';
import { updateJob } from '../services/datastore/update-job.ts';
import { readVerification } from '../services/datastore/verification.ts';
import { procedure, router } from '../trpc/init.ts';

const Named = z.object({ name: DatastoreNameInput });
const Inspect = z.object({ path: DatastorePathInput, purpose: z.enum(['create', 'adopt']) });

/** Keep rules, a schedule to apply them, and fewer days in the trash remove snapshots as surely as a prune does now. */
function removesSnapshots(input: unknown): boolean {
  const { kind, keep, pruneSchedule, trashDays } = (input ?? {}) as Record<string, unknown>;
  return (
    kind === 'prune' || keep !== undefined || (pruneSchedule ?? null) !== null || trashDays !== undefined
  );
}

export const datastoreRouter = router({
  list: procedure.query(({ ctx }) => listDatastores(ctx)),
  get: procedure.input(Named).query(({ ctx, input }) => getDatastore(ctx, input)),
  inspectPath: procedure.input(Inspect).mutation(({ ctx, input }) => inspectPath(ctx, input)),
  create: procedure.input(CreateDatastoreInput).mutation(({ ctx, input }) => createDatastore(ctx, input)),
  adopt: procedure
    .meta({ wantsPassword: removesSnapshots })
    .input(AdoptDatastoreInput)
    .mutation(({ ctx, input }) => adoptDatastore(ctx, input)),
  update: procedure
    .meta({ wantsPassword: removesSnapshots })
    .input(UpdateDatastoreInput)
    .mutation(({ ctx, input }) => updateDatastore(ctx, input)),
  jobs: procedure.input(Named).query(({ ctx, input }) => listJobs(ctx, input)),
  days: procedure.input(DaysInput).query(({ ctx, input }) => listDays(ctx, input)),
  updateJob: procedure
    .meta({ wantsPassword: removesSnapshots })
    .input(UpdateJobInput)
    .mutation(({ ctx, input }) => updateJob(ctx, input)),
  createJob: procedure
    .meta({ wantsPassword: removesSnapshots })
    .input(CreateJobInput)
    .mutation(({ ctx, input }) => createJob(ctx, input)),
  removeJob: procedure.input(RemoveJobInput).mutation(({ ctx, input }) => removeJob(ctx, input)),
  probe: procedure
    .input(Named.extend({ acceptMount: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => probeDatastore(ctx, input)),
  accept: procedure.input(AcceptDatastoreInput).mutation(({ ctx, input }) => acceptDatastore(ctx, input)),
  rescan: procedure.input(Named).mutation(({ ctx, input }) => rescanDatastore(ctx, input)),
  audit: procedure
    .input(Named.extend({ deep: z.boolean().default(false) }))
    .mutation(({ ctx, input }) => auditDatastore(ctx, input)),
  gc: procedure.input(GcInput).mutation(({ ctx, input }) => collectGarbage(ctx, input, { preview: false })),
  gcPreview: procedure
    .input(GcPreviewInput)
    .mutation(({ ctx, input }) => collectGarbage(ctx, { ...input, stopPercent: null }, { preview: true })),
  topUse: procedure.input(TopUseInput).query(({ ctx, input }) => readTopUse(ctx, input)),
  verification: procedure.input(VerificationInput).query(({ ctx, input }) => readVerification(ctx, input)),
  verify: procedure.input(VerifyInput).mutation(({ ctx, input }) => verifyDatastore(ctx, input)),
  prunePlan: procedure.input(PrunePlanInput).query(({ ctx, input }) => planPruneOf(ctx, input)),
  prune: procedure
    .meta({ wantsPassword: true })
    .input(PruneInput)
    .mutation(({ ctx, input }) => pruneDatastore(ctx, input)),
  maintenance: procedure.input(MaintenanceInput).mutation(({ ctx, input }) => setMaintenance(ctx, input)),
  remove: procedure
    .meta({ wantsPassword: true })
    .input(Named.extend({ destroyData: z.boolean() }))
    .mutation(({ ctx, input }) => removeDatastore(ctx, input)),
});
