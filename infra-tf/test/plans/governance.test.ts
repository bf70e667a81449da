import { needsTerraform } from '../needs-terraform.ts';
import { bareBuckets, wrongBuckets } from './buckets.ts';
import { wrongNames } from './names.ts';
import { unprotected } from './protection.ts';
import { applicationPlans, plansOf, setValue, withChange } from './read-plans.ts';
import { wrongTags } from './tags.ts';
import { clearText } from './transit.ts';

const { describe, it } = needsTerraform();

const plans = plansOf('governance');

it('is planned in every environment, in its home', () => {
  expect(plans.map(({ workspace }) => workspace)).toEqual(plans.map(({ environment }) => environment.name));
  expect(plans.length).toBeGreaterThanOrEqual(3);
});

describe.each(plans.map((plan) => ({ name: plan.workspace, plan })))('$name', ({ plan }) => {
  it('names, tags, encrypts and ends what is recorded', () => {
    expect(wrongNames(plan)).toEqual([]);
    expect(wrongTags(plan)).toEqual([]);
    expect(unprotected(plan)).toEqual([]);
    expect([...bareBuckets(plan), ...wrongBuckets(plan), ...clearText(plan)]).toEqual([]);
  });

  it('records all there is, and is on', () => {
    const [status] = plan.resources.filter(({ type }) => type === 'aws_config_configuration_recorder_status');
    expect(status?.values['is_enabled']).toBe(true);
    expect(plan.resources.filter(({ type }) => type === 'aws_config_configuration_recorder')).toHaveLength(1);
  });

  it('has the role of AWS Config that AWS maintains', () => {
    const attached = plan.resources.filter(({ type }) => type === 'aws_iam_role_policy_attachment');
    expect(attached.map(({ values }) => values['policy_arn'])).toEqual([
      'arn:aws:iam::aws:policy/service-role/AWS_ConfigRole',
    ]);
  });
});

it('is the only stack that records: an account has one recorder in a region', () => {
  const others = [applicationPlans(), ...['region-foundation', 'flags-global', 'flags-region'].map(plansOf)].flat();
  expect(others.flatMap(({ resources }) => resources.filter(({ type }) => type.startsWith('aws_config_')))).toEqual([]);
});

it('is seen where it records less, or keeps it for another time', () => {
  const [plan] = plans;
  if (plan === undefined) throw new Error('there is no plan');
  const part = setValue('recording_group.0.all_supported', false);
  expect(unprotected(withChange(plan, 'aws_config_configuration_recorder', part))).toHaveLength(1);
  const day = setValue('rule.0.expiration.0.days', 1);
  expect(wrongBuckets(withChange(plan, 'aws_s3_bucket_lifecycle_configuration', day))).toHaveLength(1);
});
