import { BackupError } from '#domain/errors.ts';

export function userMissing(name: string): BackupError {
  return new BackupError('USER_NOT_FOUND', `There is no user ${name}.`, {
    field: 'user',
    hint: 'List them: ironcore-backup user list',
  });
}
