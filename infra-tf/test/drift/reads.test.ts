import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsTerraform } from '../needs-terraform.ts';
import { plansOf } from '../plans/read-plans.ts';

const { it } = needsTerraform();

/** What the provider calls when it refreshes a resource of a type that only the flags' stacks have, tags included. */
const READS: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_composite_alarm: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
  aws_cloudwatch_dashboard: ['cloudwatch:GetDashboard'],
  aws_cloudwatch_event_bus: ['events:DescribeEventBus', 'events:ListTagsForResource'],
  aws_cloudwatch_event_bus_policy: ['events:DescribeEventBus'],
  aws_cloudwatch_event_rule: ['events:DescribeRule', 'events:ListTagsForResource'],
  aws_cloudwatch_event_target: ['events:ListTargetsByRule'],
  aws_cloudwatch_log_metric_filter: ['logs:DescribeMetricFilters'],
  aws_cloudwatch_log_resource_policy: ['logs:DescribeResourcePolicies'],
  aws_cloudwatch_metric_alarm: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
  aws_dynamodb_resource_policy: ['dynamodb:GetResourcePolicy'],
  aws_dynamodb_table: [
    'dynamodb:DescribeTable',
    'dynamodb:DescribeContinuousBackups',
    'dynamodb:DescribeTimeToLive',
    'dynamodb:ListTagsOfResource',
  ],
  aws_elasticache_parameter_group: [
    'elasticache:DescribeCacheParameterGroups',
    'elasticache:DescribeCacheParameters',
    'elasticache:ListTagsForResource',
  ],
  aws_elasticache_replication_group: [
    'elasticache:DescribeReplicationGroups',
    'elasticache:DescribeCacheClusters',
    'elasticache:ListTagsForResource',
  ],
  aws_elasticache_subnet_group: ['elasticache:DescribeCacheSubnetGroups', 'elasticache:ListTagsForResource'],
  aws_elasticache_user: ['elasticache:DescribeUsers', 'elasticache:ListTagsForResource'],
  aws_elasticache_user_group: ['elasticache:DescribeUserGroups', 'elasticache:ListTagsForResource'],
  aws_kms_replica_key: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'],
  aws_lambda_alias: ['lambda:GetAlias'],
  aws_lambda_event_source_mapping: ['lambda:GetEventSourceMapping', 'lambda:ListTags'],
  aws_lambda_function: [
    'lambda:GetFunction',
    'lambda:GetFunctionCodeSigningConfig',
    'lambda:ListVersionsByFunction',
    'lambda:ListTags',
    'kms:Decrypt',
  ],
  aws_lambda_function_event_invoke_config: ['lambda:GetFunctionEventInvokeConfig'],
  aws_opensearch_domain: ['es:DescribeDomain', 'es:DescribeDomainAutoTunes', 'es:DescribeDomainConfig', 'es:ListTags'],
  aws_s3_object: ['s3:GetObject', 's3:GetObjectTagging'],
  aws_scheduler_schedule: ['scheduler:GetSchedule', 'kms:Decrypt'],
  aws_sfn_state_machine: ['states:DescribeStateMachine', 'states:ListTagsForResource', 'kms:Decrypt'],
  aws_sns_topic: ['sns:GetTopicAttributes', 'sns:ListTagsForResource'],
  aws_sns_topic_subscription: ['sns:GetSubscriptionAttributes'],
  aws_sqs_queue: ['sqs:GetQueueAttributes', 'sqs:ListQueueTags'],
};

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
