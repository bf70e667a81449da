import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';
import { decisionVariables } from './judge-variables.ts';

export const concludeVariables = z.extend(decisionVariables, { EVENT_BUS_NAME: filled });
