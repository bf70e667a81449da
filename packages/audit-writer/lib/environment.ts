import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

export const writeEnvironmentSchema = z.object({
  AWS_REGION: name,
  /** The URL of the OpenSearch domain. */
  AUDIT_ENDPOINT: name,
  AUDIT_INDEX: name,
});
export type WriteEnvironment = z.output<typeof writeEnvironmentSchema>;

export const sweepEnvironmentSchema = z.extend(writeEnvironmentSchema, {
  FLAGS_TABLE: name,
  CHANGES_TABLE: name,
  EVENT_BUS_NAME: name,
});

/** @throws InvalidInputError naming every variable that is missing */
export const readEnvironment = <T extends z.ZodMiniType>(schema: T, variables: unknown): z.output<T> =>
  parse(schema, variables, {
    what: 'environment',
    hint: 'Terraform sets what lambda.json names; apply the stack again.',
  });
