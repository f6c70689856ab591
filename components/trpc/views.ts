import type { RouterInputs, RouterOutputs } from '#server/trpc/root.ts';

/** What the server answers, by the names that components use. */
export type Me = RouterOutputs['session']['me'];
export type About = RouterOutputs['system']['about'];
export type Overview = RouterOutputs['system']['overview'];
export type Settings = RouterOutputs['settings']['get'];

export type DatastoreView = RouterOutputs['datastore']['list'][number];
export type JobSummary = DatastoreView['jobs'][number];
export type DatastoreDetail = RouterOutputs['datastore']['get'];
export type PlaceReport = RouterOutputs['datastore']['inspectPath'];

export type DatastoreJobs = RouterOutputs['datastore']['jobs'];
export type DayView = RouterOutputs['datastore']['days']['days'][number];
export type JobView = DatastoreJobs['jobs'][number];
export type Verification = RouterOutputs['datastore']['verification'];
export type DrillReport = RouterOutputs['drill']['get'];
export type TopUse = RouterOutputs['datastore']['topUse'];
export type PrunePlan = RouterOutputs['datastore']['prunePlan'];
export type GroupPlan = PrunePlan['groups'][number];
export type PlannedSnapshot = GroupPlan['snapshots'][number];

export type NamespaceView = RouterOutputs['namespace']['list'][number];
export type NamespaceDetail = RouterOutputs['namespace']['get'];
export type NamespaceMovePlan = RouterOutputs['namespace']['planMove'];
export type GroupMovePlan = RouterOutputs['snapshot']['planMove'];
export type NamespaceRemovalPlan = RouterOutputs['namespace']['planRemove'];
export type GroupView = RouterOutputs['snapshot']['groups'][number];
export type SnapshotView = RouterOutputs['snapshot']['get'];
export type ContentFound = RouterOutputs['snapshot']['search'];
export type FileEntry = RouterOutputs['snapshot']['browse'][number];
export type ForgetPlan = RouterOutputs['snapshot']['forget'];
export type TrashPage = RouterOutputs['trash']['list'];
export type TrashView = TrashPage['items'][number];
export type TrashRestorePlan = RouterOutputs['trash']['restore'];
export type TrashEmptyPlan = RouterOutputs['trash']['empty'];
export type PreparedBackup = RouterOutputs['backup']['prepare'];

export type TaskView = RouterOutputs['task']['list']['tasks'][number];
export type TaskCause = RouterOutputs['task']['causes']['causes'][number];
export type TaskDetail = RouterOutputs['task']['get'];

export type UserView = RouterOutputs['user']['list'][number];
export type TokenView = RouterOutputs['token']['list'][number];
export type NewToken = RouterOutputs['token']['create'];
export type UserGroupView = RouterOutputs['userGroup']['list'][number];
export type RoleView = RouterOutputs['role']['list'][number];
export type Explanation = RouterOutputs['acl']['explain'];
export type AclView = RouterOutputs['acl']['list'][number];

export type AuditView = RouterOutputs['audit']['get'];
export type AuditStatus = RouterOutputs['audit']['status'];

export type ServerEvent =
  RouterOutputs['events']['stream'] extends AsyncIterable<{ data: infer Data }> ? Data : never;

export type SnapshotListInput = RouterInputs['snapshot']['list'];
export type TrashListInput = RouterInputs['trash']['list'];
export type GroupPageInput = RouterInputs['snapshot']['groupPage'];
export type TaskListInput = RouterInputs['task']['list'];
export type TaskCausesInput = RouterInputs['task']['causes'];
export type AuditListInput = RouterInputs['audit']['list'];
