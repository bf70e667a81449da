import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));
const count = z.pipe(z.coerce.number(), z.int().check(z.gte(1)));

/** What both entry points read. Numbers arrive as text. */
export const environmentSchema = z.object({
  AWS_REGION: name,
  FLAGS_TABLE: name,
  CHANGES_TABLE: name,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: name,
  EPOCH: count,
  REVERTS_PER_MINUTE: z.optional(count),
});

export type Environment = z.output<typeof environmentSchema>;

export const concludeEnvironmentSchema = z.extend(environmentSchema, { EVENT_BUS_NAME: name });

/** @throws InvalidInputError naming every variable that is missing or malformed */
export const readEnvironment = <T extends z.ZodMiniType>(schema: T, variables: unknown): z.output<T> =>
  parse(schema, variables, {
    what: 'environment',
    hint: 'Terraform sets what lambda.json names; apply the stack again.',
  });
