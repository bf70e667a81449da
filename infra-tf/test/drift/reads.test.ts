import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsTerraform } from '../needs-terraform.ts';
import { plansOf } from '../plans/read-plans.ts';
import { READS } from './reads.ts';

const { it } = needsTerraform();

/** Those that the application has too: a run over it was recorded. */
const RECORDED =
  /^aws_(cloudwatch_log_group|default_|ec2_managed_prefix_list|eip|flow_log|iam_|internet_gateway|kms_(key|alias)|nat_gateway|network_acl|route|s3_bucket|security_group|subnet|vpc)/;

const granted = new Set(
  ['drift-role/read.tf', 'governance/read-settings.json'].flatMap((file) =>
    [...readFileSync(join(__dirname, '../../lib/modules', file), 'utf8').matchAll(/"([a-z0-9-]+:[A-Za-z*]+)"/g)].map(
      ([, action]) => action,
    ),
  ),
);

it('grants the role that looks for drift what a refresh of the stacks of the flags calls, and knows each of their types', () => {
  const types = ['region-foundation', 'flags-global', 'flags-region']
    .flatMap((stack) => plansOf(stack))
    .flatMap(({ resources }) => resources.map(({ type }) => type));
  const problems = [...new Set(types)].flatMap((type) => {
    const reads = READS[type];
    if (reads === undefined) return RECORDED.test(type) ? [] : [`${type}: what does its refresh call?`];
    return reads.filter((action) => !granted.has(action)).map((action) => `${type}: ${action}`);
  });
  expect(problems).toEqual([]);
});

it('grants all that stands in that list, whichever stacks there are plans of', () => {
  const missing = Object.entries(READS).flatMap(([type, reads]) =>
    reads.filter((action) => !granted.has(action)).map((action) => `${type}: ${action}`),
  );
  expect(missing).toEqual([]);
});
