import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';
import { indexVariables } from './write-variables.ts';

export const sweepVariables = z.extend(indexVariables, {
  FLAGS_TABLE: filled,
  CHANGES_TABLE: filled,
  EVENT_BUS_NAME: filled,
});
