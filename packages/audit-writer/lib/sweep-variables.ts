import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';
import { writeVariables } from './write-variables.ts';

export const sweepVariables = z.extend(writeVariables, {
  FLAGS_TABLE: filled,
  CHANGES_TABLE: filled,
  EVENT_BUS_NAME: filled,
});
