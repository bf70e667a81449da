import { name } from '@flaghoist/adapters/environment';
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

export const acceptEnvironmentSchema = z.object({
  AWS_REGION: name,
  /** `dev`, `staging`, `prod`: sealed into each envelope. */
  ENVIRONMENT: name,
  /** Numbers arrive as text. */
  EPOCH: z.pipe(z.coerce.number(), z.int().check(z.gte(1))),
  /** The policy that the rules judge by, as its file in packages/rules/policies is called: `default.v1`. */
  POLICY: name,
  FLAGS_TABLE: name,
  CHANGES_TABLE: name,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: name,
  EVENT_BUS_NAME: name,
  /** The tables of the environment before this one, in its home region. `none` where changes begin. */
  UPSTREAM_FLAGS_TABLE: tableOrNone,
  UPSTREAM_CHANGES_TABLE: tableOrNone,
});
