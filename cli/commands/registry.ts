import type { Command } from '../command.ts';

/** Every command: its words, what it does in a few words, and its file, which is loaded only when it is meant. */
export interface CommandEntry {
  /** Noun and verb, or a single word. */
  name: string;
  summary: string;
  load: () => Promise<{ command: Command }>;
  hidden?: boolean;
}

const entry = (name: string, summary: string, load: CommandEntry['load']): CommandEntry => ({
  name,
  summary,
  load,
});

/** To add a command, write its file and add its line. */
export const COMMANDS: readonly CommandEntry[] = [
  entry('status', 'Say in one screen whether everything is well', () => import('./status.ts')),
  entry('backup', 'Back up disks, directories and files', () => import('./backup.ts')),
  entry('restore', 'Get an archive of a snapshot back', () => import('./restore.ts')),
  entry('datastore list', 'List datastores with status and usage', () => import('./datastore/list.ts')),
  entry('datastore show', 'Show everything about a datastore', () => import('./datastore/show.ts')),
  entry('datastore days', 'Show how it was, day by day', () => import('./datastore/days.ts')),
  entry('datastore create', 'Make a datastore in an empty directory', () => import('./datastore/create.ts')),
  entry('datastore adopt', 'Take over an existing datastore', () => import('./datastore/adopt.ts')),
  entry('datastore inspect', 'Look at a directory before using it', () => import('./datastore/inspect.ts')),
  entry('datastore update', 'Change comment, sync level, schedules', () => import('./datastore/update.ts')),
  entry('datastore probe', 'Check the storage now, step by step', () => import('./datastore/probe.ts')),
  entry('datastore accept', 'Trust it again after a flush failed', () => import('./datastore/accept.ts')),
  entry('datastore rescan', 'Make the lists anew from the storage', () => import('./datastore/rescan.ts')),
  entry('datastore audit', 'Check that all invariants hold', () => import('./datastore/audit.ts')),
  entry('datastore gc', 'Give the space back that nothing needs', () => import('./datastore/gc.ts')),
  entry('datastore verify', 'Read backups and check every byte', () => import('./datastore/verify.ts')),
  entry('datastore prune', 'Remove what no retention rule keeps', () => import('./datastore/prune.ts')),
  entry('datastore maintenance', 'Enter or leave maintenance', () => import('./datastore/maintenance.ts')),
  entry('datastore remove', 'Remove the configuration, or all data', () => import('./datastore/remove.ts')),
  entry('gc preview', 'Tell what a garbage collection would free', () => import('./gc/preview.ts')),
  entry('prune simulate', 'Tell what keep rules would remove', () => import('./prune/simulate.ts')),
  entry('namespace list', 'List the namespaces of a datastore', () => import('./namespace/list.ts')),
  entry('namespace create', 'Create a namespace', () => import('./namespace/create.ts')),
  entry('group list', 'List backup groups', () => import('./group/list.ts')),
  entry('snapshot list', 'List snapshots, newest first', () => import('./snapshot/list.ts')),
  entry('snapshot show', 'Show everything about a snapshot', () => import('./snapshot/show.ts')),
  entry('snapshot files', 'List the archives of a snapshot', () => import('./snapshot/files.ts')),
  entry('snapshot browse', 'List a directory inside an archive', () => import('./snapshot/browse.ts')),
  entry('snapshot notes', 'Show or change notes', () => import('./snapshot/notes.ts')),
  entry('snapshot protect', 'Keep snapshots from being removed', () => import('./snapshot/protect.ts')),
  entry('snapshot unprotect', 'Let snapshots be removed again', () => import('./snapshot/unprotect.ts')),
  entry('snapshot forget', 'Remove snapshots', () => import('./snapshot/forget.ts')),
  entry('trash list', 'List removed snapshots', () => import('./trash/list.ts')),
  entry('trash restore', 'Put removed snapshots back', () => import('./trash/restore.ts')),
  entry('trash empty', 'Remove them for good', () => import('./trash/empty.ts')),
  entry('drill run', 'Restore a snapshot as a drill and compare it', () => import('./drill/run.ts')),
  entry('drill report', 'Show what restore drills have shown', () => import('./drill/report.ts')),
  entry('job list', 'List the jobs of a datastore', () => import('./job/list.ts')),
  entry('job create', 'Add a prune or a verification of its own', () => import('./job/create.ts')),
  entry('job update', 'Change when a job runs and what it does', () => import('./job/update.ts')),
  entry('job remove', 'Remove a further job', () => import('./job/remove.ts')),
  entry('schedule explain', 'Say what a schedule means', () => import('./schedule/explain.ts')),
  entry('task list', 'List tasks, newest first', () => import('./task/list.ts')),
  entry('task show', 'Show everything about a task', () => import('./task/show.ts')),
  entry('task log', 'Print the log of a task', () => import('./task/log.ts')),
  entry('task wait', 'Wait until a task has ended', () => import('./task/wait.ts')),
  entry('task retry', 'Run a task again', () => import('./task/retry.ts')),
  entry('task cancel', 'Ask tasks to stop', () => import('./task/cancel.ts')),
  entry('user list', 'List users', () => import('./user/list.ts')),
  entry('user create', 'Create a user', () => import('./user/create.ts')),
  entry('user update', 'Change a user', () => import('./user/update.ts')),
  entry('user remove', 'Remove a user with tokens and grants', () => import('./user/remove.ts')),
  entry('token list', 'List API tokens', () => import('./token/list.ts')),
  entry('token create', 'Create an API token', () => import('./token/create.ts')),
  entry('token revoke', 'Revoke API tokens at once', () => import('./token/revoke.ts')),
  entry('acl list', 'List who holds which role where', () => import('./acl/list.ts')),
  entry('acl update', 'Grant a role on a path, or take it away', () => import('./acl/update.ts')),
  entry('acl grant', 'Grant a role on a path', () => import('./acl/grant.ts')),
  entry('acl revoke', 'Take a role on a path away', () => import('./acl/revoke.ts')),
  entry('settings show', 'Show the settings of the server', () => import('./settings/show.ts')),
  entry('settings set', 'Change settings of the server', () => import('./settings/set.ts')),
  entry('login', 'Remember a server and a token for it', () => import('./login.ts')),
  entry('logout', 'Forget a server and its token', () => import('./logout.ts')),
  entry('whoami', 'Show the server and who you are there', () => import('./whoami.ts')),
  entry('completion', 'Print the completion script of a shell', () => import('./completion.ts')),
  entry('version', 'Show versions', () => import('./version.ts')),
  { ...entry('complete', 'Offer words to a shell', () => import('./complete.ts')), hidden: true },
];

/** What the commands of a noun are about. */
export const NOUNS: Record<string, string> = {
  datastore: 'Datastores: where backups are kept',
  gc: 'Garbage collection: the space that nothing needs any more',
  prune: 'Prune: which snapshots the keep rules let go',
  namespace: 'Namespaces: parts of a datastore that share its chunks',
  group: 'Backup groups: all snapshots of one machine or directory',
  snapshot: 'Snapshots: single backups',
  trash: 'Trash: removed snapshots that can be restored',
  drill: 'Restore drills: proof that backups can be restored',
  job: 'Jobs of a datastore: what it does by itself, where and how',
  schedule: 'Schedules: when something is done by itself',
  task: 'Tasks: what the server does or has done',
  user: 'Users',
  token: 'API tokens: how programs sign in',
  acl: 'Access: who holds which role where',
  settings: 'Settings of the server',
};
