import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';
import { judgeVariables } from './judge-variables.ts';

export const concludeVariables = z.extend(judgeVariables, { EVENT_BUS_NAME: filled });
