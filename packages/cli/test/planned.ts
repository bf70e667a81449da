import { join } from 'node:path';

const plans = join(__dirname, '..', '..', 'capacity', 'test', 'plans');

/** Recorded plans of a region each: home, and one beside it. */
export const homePlan = join(plans, 'home.plan');
export const regionPlan = join(plans, 'region.plan');

/** The text of a plan of one region with these resources. */
export const planOf = (
  resources: readonly { readonly address: string; readonly type: string; readonly after: object }[],
): string =>
  JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: resources.map(({ address, type, after }) => ({
      address,
      mode: 'managed',
      type,
      change: { actions: ['create'], after, after_unknown: {} },
    })),
    configuration: {
      provider_config: { aws: { expressions: { region: { constant_value: 'eu-west-1' } } } },
      root_module: {},
    },
  });

/** Subscriptions with filters, all of one topic. */
export const subscriptions = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    address: `aws_sns_topic_subscription.x[${index}]`,
    type: 'aws_sns_topic_subscription',
    after: { topic_arn: 'arn:aws:sns:eu-west-1:123456789012:changes', filter_policy: '{"audience":["a"]}' },
  }));
