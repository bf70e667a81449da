import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const NO_UPSTREAM = 'none';

const tableOrNone = z
  .string()
  .check(
    z.regex(
      /^(?:none|arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]+)$/,
      'must be the ARN of a table, or none',
    ),
  );

export const acceptVariables = z.object({
  AWS_REGION: filled,
  /** `dev`, `staging`, `prod`: sealed into each envelope. */
  ENVIRONMENT: filled,
  /** The policy that the rules judge by, as its file in fleet/policies is called: `default.v1`. */
  POLICY: filled,
  FLAGS_TABLE: filled,
  PROPOSALS_TABLE: filled,
  CHANGES_TABLE: filled,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: filled,
  DEAD_LETTER_ARN: filled,
  /** The tables of the environment before this one, in its home region. `none` where changes begin. */
  UPSTREAM_FLAGS_TABLE: tableOrNone,
  UPSTREAM_CHANGES_TABLE: tableOrNone,
});
