import { memberOf } from '@flaghoist/core/json';
import { normaliseValue } from '../normalise-value.ts';
import { secretsIn } from '../secrets.ts';
import { sensitiveInputs } from '../sensitive-inputs.ts';
import type { Tree } from '../tree.ts';
import { type Change, type DriftPlan, stateResources } from './plan-json.ts';
import type { TwoPlans } from './resource-drift.ts';
import { secretMarks } from './secret-marks.ts';

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
