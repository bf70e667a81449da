import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';

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
