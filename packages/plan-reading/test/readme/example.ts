import { treeOf } from '@flaghoist/plan-reading/normalise-value';
import { readPlan } from '@flaghoist/plan-reading/plan';
import { secretsOfPlans, withoutSecrets } from '@flaghoist/plan-reading/secrets';
import { shown } from '@flaghoist/plan-reading/tree';

/** What a plan makes of each resource, for people. */
export const plannedValues = (planText: string): readonly string[] => {
  const plan = readPlan(planText, 'the plan of staging'); // as terraform show -json wrote it
  const secrets = secretsOfPlans([plan]);
  return plan.resource_changes.map(({ address, change }) => {
    const marks = { unknown: change.after_unknown, sensitive: change.after_sensitive };
    return `${address}: ${withoutSecrets(shown(treeOf(change.after, marks)), secrets)}`;
  });
};
