import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';

export const scanEnvironmentSchema = z.object({
  AWS_REGION: name,
  /** The replica of `flags`: it also holds the versions of the topology. */
  FLAGS_TABLE: name,
  VERIFICATION_TABLE: name,
  /** The region's one log group of acknowledgement lines. */
  ACKNOWLEDGEMENT_LOG_GROUP: name,
  EVENT_BUS_NAME: name,
});
