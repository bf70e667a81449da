import type { Planned } from '../../lib/plans/planned.ts';
import { defaultsOnly } from '../../lib/quota/applied.ts';
import { checkQuotas } from '../../lib/quota/check.ts';
import { many, planned, recorded, worldOf } from '../support.ts';

const verdict = (id: string, resources: readonly Planned[], region: string | null = 'eu-west-1') =>
  checkQuotas(worldOf(resources), { load: { changesPerDay: 0 }, applied: defaultsOnly }).verdicts.find(
    (each) => each.quota === id && each.region === region,
  );

const filtered = (count: number) =>
  many(count, 'aws_sns_topic_subscription', (index) => ({ topic_arn: 'arn:t', filter_policy: `{"a":["${index}"]}` }));

it('a topic takes 200 filter policies, and the next one is asked for by its code', () => {
  expect(verdict('sns.filters-per-topic', filtered(200))).toMatchObject({ used: 200, status: 'ok' });
  expect(verdict('sns.filters-per-topic', filtered(201))).toMatchObject({
    used: 201,
    status: 'exceeded',
    request:
      'aws service-quotas request-service-quota-increase --service-code sns --quota-code L-B96EDA7D --desired-value 250 --region eu-west-1',
  });
});

it('subscriptions without a filter are none of them', () => {
  const free = many(3, 'aws_sns_topic_subscription', () => ({ topic_arn: 'arn:t', filter_policy: '{}' }));
  expect(verdict('sns.filters-per-topic', free)).toBeUndefined();
  expect(verdict('sns.subscriptions', free)?.used).toBe(3);
});

it('subscriptions of topics that no plan tells apart yet are counted together, and said to be', () => {
  const two = [planned('aws_sns_topic', {}, { name: 'a' }), planned('aws_sns_topic', {}, { name: 'b' })];
  const unknown = many(201, 'aws_sns_topic_subscription', () => ({ filter_policy: '{"a":["b"]}' }));
  expect(verdict('sns.filters-per-topic', [...two, ...unknown])).toMatchObject({
    used: 201,
    status: 'undecided',
    request: null,
  });
  expect(verdict('sns.filters-per-topic', [two[0] as Planned, ...unknown])).toMatchObject({
    used: 201,
    status: 'exceeded',
  });
});

it('roles of all regions are counted together, for IAM knows none', () => {
  const roles = [
    ...many(600, 'aws_iam_role', undefined, 'eu-west-1'),
    ...many(600, 'aws_iam_role', undefined, 'us-east-1'),
  ];
  expect(verdict('iam.roles', roles, null)).toMatchObject({
    used: 1200,
    limit: 1000,
    status: 'exceeded',
    request: expect.stringContaining('--quota-code L-FE177D64 --desired-value 1500 --region us-east-1'),
  });
});

it('more roles than AWS grants are not asked for', () => {
  expect(verdict('iam.roles', many(5001, 'aws_iam_role'), null)?.request).toBe(
    'AWS grants 5000 at most: plan less of it, or spread it over accounts.',
  );
});

it('what AWS raises for nobody is not asked for', () => {
  const long = JSON.stringify({ Statement: [{ Resource: 'a'.repeat(10_240) }] });
  expect(verdict('iam.inline', [planned('aws_iam_role_policy', { role: 'r', policy: long })], null)).toMatchObject({
    status: 'exceeded',
    request: 'AWS raises no "Characters of a role\'s inline policies": plan less of it, or spread it.',
  });
});

it('a quota whose code is not known is looked for, not invented', () => {
  const filters = { filter: Array.from({ length: 6 }, () => ({ pattern: '{}' })) };
  expect(
    verdict('lambda.filters', [planned('aws_lambda_event_source_mapping', { filter_criteria: [filters] })])?.request,
  ).toBe(
    'Its code is not known: look for "Filters of an event source mapping" in aws service-quotas list-service-quotas --service-code lambda, and ask for 8.',
  );
});

it('policies of one role are summed, those of others are not; white space does not count', () => {
  const policies = (roles: readonly string[]) =>
    roles.map((role, index) =>
      planned(
        'aws_iam_role_policy',
        { role, policy: `{ "Statement" : "${'a'.repeat(6000)}" }` },
        { name: `x[${index}]` },
      ),
    );
  expect(verdict('iam.inline', policies(['a', 'b']), null)).toMatchObject({ used: 6016, status: 'ok' });
  expect(verdict('iam.inline', policies(['a', 'a']), null)).toMatchObject({ used: 12_032, status: 'exceeded' });
});

it('a policy that is known after apply is not taken for an empty one', () => {
  const unknown = planned('aws_sqs_queue', {}, { unknown: { policy: true } });
  expect(verdict('sqs.policy', [unknown])).toMatchObject({ used: 0, status: 'undecided', atLeast: 'the text' });
});

it('a global table counts in each of its regions, and its stream has one reader', () => {
  const table = planned('aws_dynamodb_table', { name: 'flags', replica: [{ region_name: 'us-east-1' }] });
  const stream = {
    starting_position: 'TRIM_HORIZON',
    event_source_arn: 'arn:aws:dynamodb:eu-west-1:1:table/flags/stream/x',
  };
  const readers = many(2, 'aws_lambda_event_source_mapping', () => stream);
  expect(verdict('dynamodb.tables', [table], 'us-east-1')?.used).toBe(1);
  expect(verdict('dynamodb.readers-global', [table, ...readers])).toMatchObject({ used: 2, status: 'exceeded' });
  expect(verdict('dynamodb.readers', readers)).toMatchObject({ used: 2, status: 'ok' });
});

describe('environments of Lambda', () => {
  const apply = (queues: number, more: Planned['values'] = {}): readonly Planned[] => [
    planned('aws_lambda_function', { s3_key: 'functions/cache-updater.apply.cell-1/x.zip', ...more }),
    ...many(queues, 'aws_lambda_event_source_mapping', () => ({})),
  ];

  it('are what pollers call for: 156 queues leave room, 312 do not', () => {
    expect(verdict('lambda.concurrency', apply(156))).toMatchObject({ used: 780, status: 'ok' });
    expect(verdict('lambda.concurrency', apply(312))).toMatchObject({
      used: 1560,
      status: 'exceeded',
      request: expect.stringContaining('L-B99A9384 --desired-value 1900'),
    });
  });

  it('are bounded by a maximum and by a reservation', () => {
    const bounded = planned('aws_lambda_event_source_mapping', { scaling_config: [{ maximum_concurrency: 2 }] });
    expect(verdict('lambda.concurrency', [...apply(0), bounded])?.used).toBe(2);
    expect(verdict('lambda.concurrency', apply(156, { reserved_concurrent_executions: 40 }))?.used).toBe(40);
  });

  it('are what the load needs where that is more', () => {
    const busy = checkQuotas(recorded('home', 'region'), { load: { changesPerDay: 5_000_000 }, applied: defaultsOnly });
    const quiet = checkQuotas(recorded('home', 'region'), { load: { changesPerDay: 0 }, applied: defaultsOnly });
    const usedIn = ({ verdicts }: typeof busy) =>
      verdicts.find(({ quota, region }) => quota === 'lambda.concurrency' && region === 'eu-west-1')?.used ?? 0;
    expect(usedIn(busy)).toBeGreaterThan(usedIn(quiet));
  });
});

it('a rule that names a prefix list of unknown length counts with all entries that the list may have', () => {
  const list = planned('aws_ec2_managed_prefix_list', { max_entries: 20 });
  const rules = Array.from({ length: 4 }, (_, index) =>
    planned(
      'aws_vpc_security_group_ingress_rule',
      { security_group_id: 'sg' },
      { name: `x[${index}]`, unknown: { prefix_list_id: true } },
    ),
  );
  expect(verdict('vpc.rules', [list, ...rules])).toMatchObject({ used: 80, status: 'exceeded' });
});

it('resources in no known region are counted apart, and said to be', () => {
  const report = checkQuotas(
    worldOf([planned('aws_vpc', {}, { region: undefined as never })].map((each) => ({ ...each, region: undefined }))),
    {
      load: { changesPerDay: 0 },
      applied: defaultsOnly,
    },
  );
  expect(report).toMatchObject({ withoutRegion: 1, regions: [] });
  expect(report.verdicts[0]).toMatchObject({ quota: 'vpc.networks', region: '(no region known)' });
});

it('nothing planned touches no quota', () => {
  expect(checkQuotas(worldOf([]), { load: { changesPerDay: 86_400 }, applied: defaultsOnly }).verdicts).toEqual([]);
});

it('modules of one name in several plans are several: a region uses the same whatever other plans are named', () => {
  const of = (...names: readonly ('home' | 'region')[]) =>
    checkQuotas(recorded(...names), { load: { changesPerDay: 0 }, applied: defaultsOnly })
      .verdicts.filter(({ region }) => region === 'eu-west-1')
      .map(({ quota, used }) => [quota, used])
      .filter(([quota]) => !String(quota).startsWith('dynamodb'))
      .toSorted(([a], [b]) => String(a).localeCompare(String(b)));
  expect(of('home', 'region')).toEqual(of('region'));
});
