import { z } from 'zod';
import { UserIdInput } from './account.ts';
import { parseGroupId } from './principal.ts';
import { schemaOf } from './schema.ts';

/** Inputs about groups of users. */

export const GroupIdInput = schemaOf((text) => parseGroupId(text));
const Comment = z.string().trim().max(512, 'Use at most 512 characters.');
const Members = z.array(UserIdInput).max(1000);

export const CreateUserGroupInput = z.object({
  group: GroupIdInput,
  comment: Comment.default(''),
  members: Members.default([]),
});
export type CreateUserGroupInput = z.infer<typeof CreateUserGroupInput>;

export const UpdateUserGroupInput = z.object({
  group: GroupIdInput,
  comment: Comment.optional(),
  /** Whoever is one already stays one. */
  add: Members.default([]),
  remove: Members.default([]),
});
export type UpdateUserGroupInput = z.infer<typeof UpdateUserGroupInput>;
