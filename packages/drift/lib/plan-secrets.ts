import { memberOf } from '@flaghoist/core/json';
import { normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { type Change, type DriftPlan, stateResources } from '@flaghoist/plan-reading/plan-json';
import { secretMarks } from '@flaghoist/plan-reading/secret-marks';
import { secretsIn } from '@flaghoist/plan-reading/secrets';
import { sensitiveInputs } from '@flaghoist/plan-reading/sensitive-inputs';
import type { Tree } from '@flaghoist/plan-reading/tree';
import type { TwoPlans } from './resource-drift.ts';

/** All texts that one of the plans marks sensitive: a copy of one may stand where the mark got lost. */
export const planSecrets = ({ refresh, normal }: TwoPlans): ReadonlySet<string> =>
  secretsIn([refresh, normal].flatMap(treesOf));

const treesOf = (plan: DriftPlan): readonly Tree[] => [
  ...[...plan.resource_drift, ...plan.resource_changes].flatMap(({ change }) => versionsOf(change)),
  ...Object.values(plan.output_changes).flatMap(versionsOf),
  ...stateResources(plan).map(({ values, sensitive_values: sensitive }) => treeOf(values, sensitive)),
  ...[...sensitiveInputs({ variables: plan.configuration?.root_module?.variables })].map((name) =>
    treeOf(memberOf(plan.variables[name], 'value'), true),
  ),
];

/** What one version marks is as secret in the other. */
const versionsOf = (change: Change): readonly Tree[] => {
  const secret = secretMarks([change.before_sensitive, change.after_sensitive]);
  return [change.before, change.after].map((value) => treeOf(value, secret(value)));
};

const treeOf = (value: unknown, sensitive: unknown): Tree =>
  normaliseValue(value ?? null, { sensitive }, (text) => text);
