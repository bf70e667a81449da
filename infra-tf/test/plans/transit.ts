import * as z from 'zod/mini';
import { type EnvironmentPlan, type Resource, valueAt } from './read-plans.ts';

const parametersSchema = z.array(z.looseObject({ name: z.string(), value: z.string() }));
const policySchema = z.looseObject({ Statement: z.array(z.looseObject({ Effect: z.string() })) });

const refusesClearText = (policy: unknown): boolean =>
  policySchema
    .parse(JSON.parse(String(policy)))
    .Statement.some(
      (statement) =>
        statement.Effect === 'Deny' && valueAt(statement, 'Condition.Bool.aws:SecureTransport') === 'false',
    );

const isEncrypted = ({ type, values }: Resource): boolean => {
  switch (type) {
    case 'aws_lb_listener':
      return values['protocol'] === 'HTTPS'
        ? String(values['ssl_policy']).startsWith('ELBSecurityPolicy-TLS13-1-2-')
        : valueAt(values, 'default_action.0.type') === 'redirect' &&
            valueAt(values, 'default_action.0.redirect.0.protocol') === 'HTTPS';
    case 'aws_lb_target_group':
      return values['protocol'] === 'HTTPS' && valueAt(values, 'health_check.0.protocol') === 'HTTPS';
    case 'aws_rds_cluster_parameter_group':
      return parametersSchema
        .parse(values['parameter'])
        .some(({ name, value }) => name === 'rds.force_ssl' && value === '1');
    case 'aws_elasticache_replication_group':
      return values['transit_encryption_enabled'] === true && values['transit_encryption_mode'] === 'required';
    case 'aws_opensearch_domain':
      return (
        valueAt(values, 'node_to_node_encryption.0.enabled') === true &&
        valueAt(values, 'domain_endpoint_options.0.enforce_https') === true &&
        /TLS-1-2/.test(String(valueAt(values, 'domain_endpoint_options.0.tls_security_policy')))
      );
    case 'aws_cloudwatch_event_bus_policy':
    case 'aws_s3_bucket_policy':
    case 'aws_sns_topic':
    case 'aws_sqs_queue':
      return refusesClearText(values['policy']);
    default:
      return true;
  }
};

/** Listeners, targets, databases, caches, the audit index, buckets, queues, topics and buses that talk without TLS. */
export const clearText = ({ resources }: EnvironmentPlan): string[] =>
  resources.filter((resource) => !isEncrypted(resource)).map(({ address }) => address);
