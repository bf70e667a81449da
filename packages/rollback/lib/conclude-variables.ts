import { decisionVariables } from './judge-variables.ts';

export const concludeVariables = decisionVariables;
