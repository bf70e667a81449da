import { needsTerraform } from '../needs-terraform.ts';
import { bareBuckets, wrongBuckets } from './buckets.ts';
import { wrongNames } from './names.ts';
import { misplaced, openDoors } from './placement.ts';
import { unprotected, wrongRetention } from './protection.ts';
import { behindEndpoints, calledByTasks, unreached, unusedCosts } from './reach.ts';
import { applicationPlans, type EnvironmentPlan, setValue, withChange } from './read-plans.ts';
import { wrongTags } from './tags.ts';
import { clearText } from './transit.ts';

const { describe, it } = needsTerraform();

const plans = applicationPlans();
const named = plans.map((plan) => ({ name: plan.environment.name, plan }));
const first = plans[0] as EnvironmentPlan;

it('has a plan of every environment, of the whole stack', () => {
  expect(plans.length).toBeGreaterThanOrEqual(3);
  for (const { resources } of plans) expect(resources.length).toBeGreaterThan(150);
});

describe.each(named)('$name', ({ plan }) => {
  it('is planned in the region and account that environments.json says', () => {
    expect(plan.inputs['environment']).toBe(plan.environment.name);
    const zones = plan.resources
      .filter(({ type }) => type === 'aws_subnet')
      .map(({ values }) => String(values['availability_zone']));
    expect(zones.filter((zone) => !zone.startsWith(plan.environment.region))).toEqual([]);
    expect(JSON.stringify(plan.resources)).toContain(`arn:aws:iam::${plan.environment.account}:`);
  });

  it('names every resource by the convention, suffix included', () => {
    expect(wrongNames(plan)).toEqual([]);
  });

  it('tags every taggable resource with all mandatory tags', () => {
    expect(wrongTags(plan)).toEqual([]);
  });

  it('encrypts, keeps private and can destroy every data and compute resource', () => {
    expect(unprotected(plan)).toEqual([]);
  });

  it('has everything beside each bucket that makes it private, encrypted and finite', () => {
    expect(bareBuckets(plan)).toEqual([]);
  });

  it('lets callers in at the load balancer only, and names groups and prefix lists everywhere else', () => {
    expect(openDoors(plan)).toEqual([]);
  });

  it('has tasks in private subnets, the database in data subnets, and the load balancer alone in public ones', () => {
    expect(misplaced(plan)).toEqual([]);
  });

  it('keeps what is in each bucket as long as its inputs say, under a key of its own unless it is a log of accesses', () => {
    expect(wrongBuckets(plan)).toEqual([]);
  });

  it('talks TLS to targets, database and buckets', () => {
    expect(clearText(plan)).toEqual([]);
  });

  it('keeps logs and backups as long as its inputs say', () => {
    expect(wrongRetention(plan)).toEqual([]);
  });

  it('lets tasks reach by endpoints whatever AWS they call, without a NAT gateway', () => {
    expect([...calledByTasks(plan)]).toEqual(
      expect.arrayContaining(['ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager']),
    );
    expect(unreached(plan)).toEqual([]);
    expect([...behindEndpoints(plan)]).toEqual(expect.arrayContaining(['dynamodb', 'events', 'sns']));
  });

  it('pays for no gateway and no endpoint that nothing uses', () => {
    expect(unusedCosts(plan)).toEqual([]);
  });

  it('has no GuardDuty detector and no lock on a vault or a bucket', () => {
    const types = new Set(plan.resources.map(({ type }) => type));
    expect([...types].filter((type) => /guardduty|vault_lock|object_lock/.test(type))).toEqual([]);
  });
});

describe('a proof', () => {
  const SSE = 'rule.0.apply_server_side_encryption_by_default.0.sse_algorithm';

  it.each<[string, (plan: EnvironmentPlan) => string[], string, string, unknown]>([
    ['names', wrongNames, 'aws_lb', 'name', 'my-load-balancer'],
    ['names without the suffix', wrongNames, 'aws_s3_bucket', 'bucket', 'dev-flags-bucket'],
    ['names by tag', wrongNames, 'aws_vpc', 'tags', {}],
    ['missing tags', wrongTags, 'aws_vpc', 'tags_all', { environment: first.environment.name }],
    ['blank tags', wrongTags, 'aws_lb', 'tags_all.owner', ' '],
    ['tags of another environment', wrongTags, 'aws_kms_key', 'tags_all.environment', 'elsewhere'],
    ['encryption', unprotected, 'aws_rds_cluster', 'storage_encrypted', false],
    ['a password in the plan', unprotected, 'aws_rds_cluster', 'master_password', 'x'],
    ['public databases', unprotected, 'aws_rds_cluster_instance', 'publicly_accessible', true],
    ['public tasks', unprotected, 'aws_ecs_service', 'network_configuration.0.assign_public_ip', true],
    ['deletion protection', unprotected, 'aws_lb', 'enable_deletion_protection', true],
    ['buckets that stay', unprotected, 'aws_s3_bucket', 'force_destroy', false],
    ['open buckets', unprotected, 'aws_s3_bucket_public_access_block', 'block_public_policy', false],
    ['inline policies', wrongNames, 'aws_iam_role_policy', 'name', 'delivery'],
    ['keys of buckets', wrongBuckets, 'aws_s3_bucket_server_side_encryption_configuration', SSE, 'none'],
    ['retention of objects', wrongBuckets, 'aws_s3_bucket_lifecycle_configuration', 'rule.0.expiration.0.days', 1],
    ['targets without TLS', clearText, 'aws_lb_target_group', 'protocol', 'HTTP'],
    ['listeners without TLS', clearText, 'aws_lb_listener', 'default_action.0.type', 'forward'],
    ['databases without TLS', clearText, 'aws_rds_cluster_parameter_group', 'parameter', []],
    ['buckets without TLS', clearText, 'aws_s3_bucket_policy', 'policy', '{"Statement":[]}'],
    ['rules within a group', openDoors, 'aws_security_group', 'ingress', [{}]],
    ['ways out by address', openDoors, 'aws_vpc_security_group_egress_rule', 'cidr_ipv4', 'any'],
    ['callers from everywhere', openDoors, 'aws_vpc_security_group_ingress_rule', 'cidr_ipv4', '0.0.0.0/0'],
    ['retention of logs', wrongRetention, 'aws_cloudwatch_log_group', 'retention_in_days', 1],
    ['retention of backups', wrongRetention, 'aws_backup_plan', 'rule.0.lifecycle.0.delete_after', 1],
  ])('sees %s', (_what, proof, type, path, value) => {
    expect(proof(withChange(first, type, setValue(path, value)))).toHaveLength(
      1 + (type === 'aws_vpc' && path === 'tags_all' ? 3 : 0),
    );
  });

  it('sees a key that is not given', () => {
    const plan = withChange(first, 'aws_backup_vault', () => ({ unknown: {} }));
    expect(unprotected(plan)).toHaveLength(1);
  });

  it('sees evidence whose former versions are gone sooner', () => {
    const shorter = setValue('rule.0.noncurrent_version_expiration.0.noncurrent_days', 1);
    const resources = first.resources.map((each) =>
      /\.module\.evidence\..*lifecycle/.test(each.address) ? { ...each, ...shorter(each) } : each,
    );
    expect(wrongBuckets({ ...first, resources })).toHaveLength(1);
  });

  it('sees a bucket without its block of public access', () => {
    const resources = first.resources.filter(({ type }) => type !== 'aws_s3_bucket_public_access_block');
    expect(bareBuckets({ ...first, resources }).length).toBeGreaterThan(0);
  });

  it('sees a door beside the load balancer', () => {
    const door = { cidr_ipv4: '198.51.100.0/24', from_port: 443, to_port: 443 };
    const resource = {
      address: 'module.database.x',
      type: 'aws_vpc_security_group_ingress_rule',
      values: door,
      unknown: {},
    };
    expect(openDoors({ ...first, resources: [...first.resources, resource] })).toEqual(['module.database.x']);
  });

  it.each([
    ['a task in public subnets', 'service', 'private_subnet_ids', 'public', 2],
    ['a database beside the tasks', 'database', 'data_subnet_ids', 'private', 1],
    ['a stranger in the data subnets', 'backup', 'subnet_ids', 'data', 1],
  ])('sees %s', (_what, name, input, tier, problems) => {
    const call = first.calls[name];
    if (call === undefined) throw new Error(`no module ${name}`);
    const expressions = { ...call.expressions, [input]: { references: [`module.network.${tier}_subnet_ids`] } };
    expect(misplaced({ ...first, calls: { ...first.calls, [name]: { ...call, expressions } } })).toHaveLength(problems);
  });

  it('sees that the database is nowhere', () => {
    const { database: _gone, ...calls } = first.calls;
    expect(misplaced({ ...first, calls })).toEqual(['aws_db_subnet_group: is nowhere']);
  });

  it.each([
    ['logs', 'module.network.aws_vpc_endpoint.interface["logs"]'],
    ['s3', 'module.network.aws_vpc_endpoint.gateway["s3"]'],
    ['s3', 'module.service.aws_vpc_security_group_egress_rule.to_s3'],
  ])('sees that tasks do not reach %s without %s', (service, gone) => {
    expect(unreached({ ...first, resources: first.resources.filter(({ address }) => address !== gone) })).toEqual([
      service,
    ]);
  });

  it('sees that tasks may call what has no endpoint, and that another service calls for them', () => {
    const may = (variable: string) => {
      const sqs = [{ actions: ['sqs:SendMessage'], condition: [{ variable }] }];
      const policies = { ...first.policies, 'module.service.data.aws_iam_policy_document.task': sqs };
      return unreached({ ...first, policies });
    };
    expect(may('aws:SourceAccount')).toEqual(['sqs']);
    expect(may('kms:ViaService')).toEqual([]);
  });

  it('sees a gateway that leads nowhere, and an endpoint that nobody calls', () => {
    const more = (type: string, values: object) => ({ address: `x.${type}`, type, values: { ...values }, unknown: {} });
    const added = [
      more('aws_nat_gateway', {}),
      more('aws_vpc_endpoint', { service_name: `com.amazonaws.${first.environment.region}.ssm` }),
    ];
    expect(unusedCosts({ ...first, resources: [...first.resources, ...added] })).toEqual(
      added.map(({ address }) => address),
    );
    const inputs = { ...first.inputs, ways_out: { partner: {} } };
    expect(unusedCosts({ ...first, inputs, resources: [...first.resources, ...added.slice(0, 1)] })).toEqual([]);
  });

  it('asks about a type that it does not know', () => {
    const resource = { address: 'aws_teapot.this', type: 'aws_teapot', values: {}, unknown: {} };
    const plan = { ...first, resources: [resource] };
    expect([...wrongNames(plan), ...unprotected(plan)]).toHaveLength(2);
  });
});
