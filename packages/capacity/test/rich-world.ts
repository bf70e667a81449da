import type { PlannedWorld } from '../lib/plans/planned.ts';
import { planned, recorded } from './support.ts';

const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*' }] });

/** Recorded plans, and one of each thing that has a quota and is in none of them. */
export const richWorld = (): PlannedWorld => ({
  destroyed: 0,
  resources: [
    ...recorded('home', 'region').resources,
    planned('aws_lambda_permission', { function_name: 'f', source_arn: 'arn:aws:sns:eu-west-1:1:t' }),
    planned('aws_sns_topic_policy', { policy }),
    planned('aws_dynamodb_resource_policy', { policy }),
    planned('aws_opensearch_domain', {
      cluster_config: [{ instance_type: 't3.small.search', instance_count: 2 }],
      ebs_options: [{ ebs_enabled: true, volume_type: 'gp3', volume_size: 20 }],
    }),
    planned('aws_iam_policy', { policy }),
    planned('aws_iam_role_policy_attachment', { role: 'r', policy_arn: 'p' }),
    planned('aws_kms_key', { policy }),
    planned('aws_cloudwatch_log_resource_policy', { policy_document: policy }),
    planned('aws_cloudwatch_log_subscription_filter', { log_group_name: 'g' }),
    planned('aws_cloudwatch_metric_alarm', { alarm_actions: ['a'] }),
    planned('aws_cloudwatch_dashboard', { dashboard_body: JSON.stringify({ widgets: [{}, {}] }) }),
    planned('aws_s3_bucket', { bucket: 'b' }),
    planned('aws_s3_bucket_policy', { policy }),
  ],
});
