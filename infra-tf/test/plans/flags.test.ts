import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { needsTerraform } from '../needs-terraform.ts';
import { bareBuckets, wrongBuckets } from './buckets.ts';
import { wrongNames } from './names.ts';
import { openDoors, outsideOfItsTier } from './placement.ts';
import { unprotected, wrongRetention } from './protection.ts';
import { plansOf, type StackPlan, setValue, withChange } from './read-plans.ts';
import { sizeWith } from './size.ts';
import { wrongTags } from './tags.ts';
import { clearText } from './transit.ts';

const { describe, it } = needsTerraform();

const foundations = plansOf('region-foundation');
const globals = plansOf('flags-global');
const regions = plansOf('flags-region');
const named = [...foundations, ...globals, ...regions].map((plan) => ({
  name: `${plan.stack} in ${plan.workspace}`,
  plan,
}));
const homeOf = (plans: readonly StackPlan[]) => plans[0] as StackPlan;

it('has a plan of each stack in each environment, in home and in another region', () => {
  expect(foundations.map(({ part }) => part)).toEqual(['home', 'region', 'home', 'region', 'home', 'region']);
  expect(regions.map(({ part }) => part)).toEqual(foundations.map(({ part }) => part));
  expect(globals).toHaveLength(3);
  for (const { resources } of [...foundations, ...regions]) expect(resources.length).toBeGreaterThan(80);
});

describe.each(named)('$name', ({ plan }) => {
  it('is planned in the region that topology.json and environments.json say', () => {
    expect(plan.inputs['environment']).toBe(plan.environment.name);
    expect(JSON.stringify(plan.resources)).toContain(`${plan.region}:${plan.environment.account}:`);
  });

  it('names and tags everything', () => {
    expect([...wrongNames(plan), ...wrongTags(plan)]).toEqual([]);
  });

  it('encrypts what it keeps under its own key, and can destroy it', () => {
    expect(unprotected(plan)).toEqual([]);
  });

  it('encrypts what it sends', () => {
    expect(clearText(plan)).toEqual([]);
  });

  it('has everything beside each bucket, and keeps logs, objects and snapshots as long as its inputs say', () => {
    expect([...bareBuckets(plan), ...wrongBuckets(plan), ...wrongRetention(plan)]).toEqual([]);
  });

  it('runs functions and the index in private subnets, and caches in data subnets', () => {
    expect(outsideOfItsTier(plan)).toEqual([]);
  });

  it('names groups and prefix lists, but for the way from home to other regions', () => {
    const way = 'aws_vpc_security_group_egress_rule.other_regions["other-regions"]';
    expect(openDoors(plan)).toEqual(plan.stack === 'region-foundation' && plan.part === 'home' ? [way] : []);
  });
});

describe('the size of the states of a region', () => {
  const fleet = join(__dirname, '..', '..', '..', 'fleet');
  const topologySchema = z.looseObject({ services: z.array(z.looseObject({ cell: z.string(), name: z.string() })) });
  const { services } = parseJson(topologySchema, readFileSync(join(fleet, 'topology.json'), 'utf8'), {
    what: 'topology.json',
    hint: 'It has services.',
  });
  const cells = new Set(services.map(({ cell }) => cell)).size;

  const byName = (plans: readonly StackPlan[]) => plans.map((plan) => ({ name: plan.workspace, plan }));

  it.each(byName(regions))(
    'grows in $name by an event source for each service, in as many cells as there are',
    ({ plan }) => {
      const { eachService, updaters } = sizeWith(plan, services.length);
      expect({ eachService, updaters }).toEqual({ eachService: 1, updaters: cells });
    },
  );

  it.each(byName(foundations))('grows in the foundation of $name by three resources for each service', ({ plan }) => {
    expect(sizeWith(plan, services.length).eachService).toBe(3);
  });

  it.each([...foundations, ...regions].map((plan) => ({ name: `${plan.stack} ${plan.workspace}`, plan })))(
    'is at most 800 in $name with all services',
    ({ plan }) => {
      expect(sizeWith(plan, services.length).resources).toBeLessThanOrEqual(800);
    },
  );
});

describe('a proof', () => {
  const [foundation, global, region] = [homeOf(foundations), homeOf(globals), homeOf(regions)];

  it.each<[string, (plan: StackPlan) => string[], StackPlan, string, string, unknown]>([
    ['names of caches', wrongNames, foundation, 'aws_elasticache_replication_group', 'replication_group_id', 'caches'],
    ['names of functions', wrongNames, region, 'aws_lambda_function', 'function_name', 'dev-hoist-accept'],
    ['names of alarms', wrongNames, region, 'aws_cloudwatch_metric_alarm', 'alarm_name', 'too late'],
    ['names of queues', wrongNames, foundation, 'aws_sqs_queue', 'name', 'dev-hoist-queue'],
    ['tags of tables', wrongTags, global, 'aws_dynamodb_table', 'tags_all.owner', ' '],
    ['tags of queues', wrongTags, foundation, 'aws_sqs_queue', 'tags_all.cost-center', 'elsewhere'],
    ['tables that stay', unprotected, global, 'aws_dynamodb_table', 'deletion_protection_enabled', true],
    ['tables with AWS keys', unprotected, global, 'aws_dynamodb_table', 'server_side_encryption.0.kms_key_arn', null],
    ['tables without a way back', unprotected, global, 'aws_dynamodb_table', 'point_in_time_recovery.0.enabled', false],
    [
      'clear caches',
      unprotected,
      foundation,
      'aws_elasticache_replication_group',
      'at_rest_encryption_enabled',
      'false',
    ],
    ['a last snapshot', unprotected, foundation, 'aws_elasticache_replication_group', 'final_snapshot_identifier', 'x'],
    ['passwords of caches', unprotected, foundation, 'aws_elasticache_user', 'authentication_mode.0.type', 'password'],
    ['clear queues', unprotected, foundation, 'aws_sqs_queue', 'sqs_managed_sse_enabled', false],
    ['clear topics', unprotected, region, 'aws_sns_topic', 'kms_master_key_id', null],
    ['clear buses', unprotected, region, 'aws_cloudwatch_event_bus', 'kms_key_identifier', null],
    ['clear schedules', unprotected, region, 'aws_scheduler_schedule', 'kms_key_arn', null],
    ['clear variables', unprotected, region, 'aws_lambda_function', 'kms_key_arn', null],
    [
      'clear workflows',
      unprotected,
      region,
      'aws_sfn_state_machine',
      'encryption_configuration.0.type',
      'AWS_OWNED_KEY',
    ],
    ['a clear index', unprotected, region, 'aws_opensearch_domain', 'encrypt_at_rest.0.enabled', false],
    ['functions outside of the network', unprotected, region, 'aws_lambda_function', 'vpc_config', []],
    [
      'caches without TLS',
      clearText,
      foundation,
      'aws_elasticache_replication_group',
      'transit_encryption_mode',
      'preferred',
    ],
    ['queues without TLS', clearText, foundation, 'aws_sqs_queue', 'policy', '{"Statement":[]}'],
    ['topics without TLS', clearText, foundation, 'aws_sns_topic', 'policy', '{"Statement":[]}'],
    ['buses without TLS', clearText, region, 'aws_cloudwatch_event_bus_policy', 'policy', '{"Statement":[]}'],
    [
      'an index without TLS',
      clearText,
      region,
      'aws_opensearch_domain',
      'domain_endpoint_options.0.enforce_https',
      false,
    ],
    [
      'an index with old TLS',
      clearText,
      region,
      'aws_opensearch_domain',
      'domain_endpoint_options.0.tls_security_policy',
      'Policy-Min-TLS-1-0-2019-07',
    ],
    ['talk between nodes', clearText, region, 'aws_opensearch_domain', 'node_to_node_encryption.0.enabled', false],
    ['retention of logs', wrongRetention, region, 'aws_cloudwatch_log_group', 'retention_in_days', 1],
    [
      'retention of snapshots',
      wrongRetention,
      foundation,
      'aws_elasticache_replication_group',
      'snapshot_retention_limit',
      0,
    ],
    [
      'functions in other subnets',
      outsideOfItsTier,
      region,
      'aws_lambda_function',
      'vpc_config.0.subnet_ids',
      ['subnet-x'],
    ],
    [
      'an index in other subnets',
      outsideOfItsTier,
      region,
      'aws_opensearch_domain',
      'vpc_options.0.subnet_ids',
      ['subnet-x'],
    ],
    ['ways out by address', openDoors, foundation, 'aws_vpc_security_group_ingress_rule', 'cidr_ipv4', 'any'],
  ])('sees %s', (_what, proof, plan, type, path, value) => {
    expect(proof(withChange(plan, type, setValue(path, value)))).toHaveLength(proof(plan).length + 1);
  });

  it.each([
    ['kms_key_arn', null],
    ['point_in_time_recovery', false],
  ])('sees a replica without its %s', (member, value) => {
    const resources = global.resources.map((each) =>
      Array.isArray(each.values['replica']) && each.values['replica'].length > 0
        ? { ...each, ...setValue(`replica.0.${member}`, value)(each) }
        : each,
    );
    expect(unprotected({ ...global, resources })).toHaveLength(1);
  });

  it('sees old zips that are kept for another time', () => {
    const days = 'rule.0.noncurrent_version_expiration.0.noncurrent_days';
    const resources = foundation.resources.map((each) =>
      each.address.startsWith('module.artifacts.aws_s3_bucket_lifecycle')
        ? { ...each, ...setValue(days, 1)(each) }
        : each,
    );
    expect(wrongBuckets({ ...foundation, resources })).toHaveLength(1);
  });

  it('sees caches beside the functions', () => {
    const { cache, ...calls } = foundation.calls;
    if (cache === undefined) throw new Error('no module cache');
    const expressions = { ...cache.expressions, subnet_ids: { references: ['module.network.private_subnet_ids'] } };
    expect(outsideOfItsTier({ ...foundation, calls: { ...calls, cache: { ...cache, expressions } } })).toHaveLength(1);
  });

  it('sees a service that has a resource more', () => {
    const [first] = foundation.resources.filter(({ type }) => type === 'aws_sns_topic_subscription');
    if (first === undefined) throw new Error('no subscription');
    const second = { ...first, address: first.address.replace('.this[', '.second[') };
    expect(() => sizeWith({ ...foundation, resources: [...foundation.resources, second] }, 156)).toThrow(
      'not all alike',
    );
  });
});
