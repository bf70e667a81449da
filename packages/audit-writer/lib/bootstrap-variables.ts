import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';
import { indexVariables } from './write-variables.ts';

/** The ARN of one role. */
const role = z.string().check(z.regex(/^arn:[a-z-]+:iam::\d{12}:role\/[^*,]+$/));

/** ARNs of roles, joined by commas. */
const roles = z.pipe(
  z.pipe(
    filled,
    z.transform((text) => text.split(',')),
  ),
  z.array(role),
);

export const bootstrapVariables = z.extend(indexVariables, {
  AUDIT_WRITERS: roles,
  AUDIT_READERS: roles,
  AUDIT_MASTER: role,
});
