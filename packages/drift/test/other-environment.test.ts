import { readPlan } from '@flaghoist/plan-reading/plan';
import { refuseOtherPlans } from '../lib/other-environment.ts';

const blue = { name: 'blue', others: ['green', 'blue-two'] };

/** Plans of resources with these tags. */
const plansOf = (...tags: readonly (object | null)[]) => {
  const resources = tags.map((each, index) => ({
    ...{ address: `aws_x.r${index}`, type: 'aws_x', mode: 'managed' },
    values: each === null ? {} : { tags_all: each },
  }));
  const plan = readPlan(
    JSON.stringify({
      format_version: '1.2',
      terraform_version: '1.11.4',
      prior_state: { values: { root_module: { child_modules: [{ resources }] } } },
    }),
    'plan',
  );
  return { refresh: plan, normal: plan };
};

it.each([
  ['all of it', [{ environment: 'green' }, { environment: 'green' }]],
  ['one with a capital', [{}, null, { Environment: 'green' }]],
  ['beside what is nobody’s', [{ environment: 'violet' }, { environment: 'blue-two' }]],
])('refuses what is tagged as another environment’s: %s', (_what, tags) => {
  expect(() => refuseOtherPlans(plansOf(...tags), blue)).toThrow(
    /what is tagged in the state is of (green|blue-two), and/,
  );
});

it.each([
  ['has no tags', [null]],
  ['has tags of no environment that there is', [{ environment: 'violet' }, { ENVIRONMENT: 'green ' }]],
  ['is its own, but for a tag that somebody has changed', [{ environment: 'green' }, { environment: 'blue' }]],
])('takes what %s', (_what, tags) => {
  expect(() => refuseOtherPlans(plansOf(...tags), blue)).not.toThrow();
});
