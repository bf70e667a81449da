import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';
import { acceptVariables } from './accept-variables.ts';

/** It accepts, and it tells. */
export const resumeVariables = z.object({
  ...z.omit(acceptVariables, { DEAD_LETTER_ARN: true }).shape,
  EVENT_BUS_NAME: filled,
});
