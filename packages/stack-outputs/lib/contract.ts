import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const texts = z.record(z.string(), text);
/** Terraform writes no output that is null, so one that is not there and one that is null are the same. */
const maybeText = z._default(z.nullable(z.string()), null);
const stateVersion = z.int().check(z.gte(1));
const cidrBlock = z
  .string()
  .check(z.regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'must be a range, such as "10.16.0.0/16"'));
/** For hoist drift, which reads it with a schema of its own. */
const drift = z.looseObject({ role_arn: z.nullable(z.string()), regions: z.array(text) });

/**
 * What the outputs of each stack are. What Terraform marks sensitive stands in `sensitive`: it is kept out of the record, because
 * readers of states do not hand the mark on. test/contract.test.ts holds both against the blocks `output` of the stacks.
 */
export const contracts = {
  application: {
    open: z.object({
      state_version: stateVersion,
      image_digest: maybeText,
      network_cidr_blocks: z.record(z.string(), cidrBlock),
      environment: text,
      region: text,
      replica_region: text,
      url: text,
      load_balancer_dns_name: text,
      load_balancer_zone_id: text,
      vpc_id: text,
      vpc_cidr_block: cidrBlock,
      repository_url: text,
      cluster_name: text,
      service_name: text,
      task_family: text,
      service_log_group_name: text,
      database_endpoint: text,
      database_cluster_identifier: text,
      database_cluster_arn: text,
      database_master_secret_arn: text,
      secret_arns: texts,
      evidence_bucket_name: text,
      backup_vault_arn: text,
      replica_backup_vault_arn: text,
      // Of an environment that was applied before there were alarms there is none.
      alarm_topic_arn: maybeText,
      remediation: z._default(
        z.nullable(z.object({ workflow_arn: text, plans_bucket: text, runner_role_arn: text })),
        null,
      ),
      drift,
    }),
    sensitive: z.object({}),
  },
  'region-foundation': {
    open: z.object({
      state_version: stateVersion,
      environment: text,
      region: text,
      key_arn: text,
      artifacts_bucket: text,
      vpc_id: text,
      vpc_cidr_block: cidrBlock,
      private_subnet_ids: z.array(text),
      endpoint_security_group_id: text,
      dynamodb_prefix_list_id: maybeText,
      s3_prefix_list_id: text,
      function_security_group_id: text,
      cache: z.object({
        host: text,
        port: z.int(),
        shards: z.int(),
        nodes: z.int(),
        client_security_group_id: text,
      }),
      agents: z.record(z.string(), z.object({ user: text, connect_arns: z.array(text) })),
      agent_reader_host: text,
      topic_arns: texts,
      drift,
    }),
    sensitive: z.object({}),
  },
  'flags-global': {
    open: z.object({
      state_version: stateVersion,
      environment: text,
      stream_arns: z.record(z.string(), texts),
      table_arns: texts,
      author_role_arns: texts,
      author_role_ids: texts,
      operator_role_arns: texts,
      operator_role_ids: texts,
      drift,
    }),
    sensitive: z.object({}),
  },
  'flags-region': {
    open: z.object({
      state_version: stateVersion,
      environment: text,
      region: text,
      deployment: z.object({ flagsTable: text, eventBus: text, queues: texts, functions: texts }),
      function_policies: texts,
      workflow_arns: texts,
      alarm_topic_arn: text,
      dashboard_names: texts,
      drift,
    }),
    sensitive: z.object({}),
  },
} as const satisfies Readonly<Record<string, OutputContract>>;

/** Schemas of the outputs of one stack. */
export interface OutputContract {
  readonly open: z.ZodMiniObject;
  readonly sensitive: z.ZodMiniObject;
}

export type StackName = keyof typeof contracts;

export const stackNames = Object.keys(contracts) as readonly StackName[];

/** What is not sensitive of a stack's outputs. */
export type OpenOutputs<Stack extends StackName> = z.output<(typeof contracts)[Stack]['open']>;
