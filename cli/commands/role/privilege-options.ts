import { PRIVILEGES } from '#domain/permissions.ts';
import { choices, text } from '../../values.ts';

export const privilegeOptions = {
  privileges: choices('--privilege <privilege>', PRIVILEGES, 'What is in it; give it once for each'),
  comment: text('--comment <text>', 'What it is for'),
};
