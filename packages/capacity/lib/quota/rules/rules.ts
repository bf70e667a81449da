import type { Rule } from '../reading.ts';
import { accountRules } from './account.ts';
import { lambdaRules } from './lambda.ts';
import { messageRules, queryRates, workflowRates } from './messages.ts';
import { storeRules } from './stores.ts';

/** Every quota of quotas.json is read by one of them, at least. */
export const rules: readonly Rule[] = [
  ...lambdaRules,
  ...messageRules,
  workflowRates,
  queryRates,
  ...storeRules,
  ...accountRules,
];
