import type { Privilege } from '#domain/permissions.ts';

/** What each privilege lets one do. */
export const PRIVILEGE_WORDS: Record<Privilege, string> = {
  'Sys.Audit': 'See settings, users, grants and all tasks',
  'Sys.Modify': 'Change settings, stop all tasks',
  'Audit.Read': 'Read the audit log',
  'Permissions.Modify': 'Change users, groups, roles and grants',
  'Datastore.Allocate': 'Make, change and remove datastores',
  'Datastore.Audit': 'See all that is there, and its state',
  'Datastore.Modify': 'Change all content: namespaces, notes, owners',
  'Datastore.Read': 'Restore all backups',
  'Datastore.Verify': 'Verify, and restore as a drill',
  'Datastore.Backup': 'Back up, see and restore own groups',
  'Datastore.Prune': 'Remove snapshots of own groups',
};
