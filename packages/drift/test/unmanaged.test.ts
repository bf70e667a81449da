import { identifiersIn, type SearchOptions, searchUnmanaged, type TaggedResource } from '../lib/unmanaged.ts';

const tags = { environment: 'test' };
const arn = (rest: string, region = 'eu-west-1') =>
  `arn:aws:${rest.split(':')[0]}:${region}:111111111111:${rest.split(':').slice(1).join(':')}`;
const resource = (values: Record<string, unknown>) => ({ address: 'a.b', type: 'a', mode: 'managed', values });
const found = (...arns: readonly string[]): readonly TaggedResource[] => arns.map((each) => ({ arn: each, tags }));

const search = (answer: (region: string) => readonly TaggedResource[], more: Partial<SearchOptions> = {}) =>
  searchUnmanaged(
    { find: async (region) => answer(region) },
    { regions: ['eu-west-1'], tags, managed: [], elsewhere: identifiersIn([]), ...more },
  );
const arns = (resources: readonly TaggedResource[]) => resources.map((each) => each.arn);

it('finds what no state has', async () => {
  const managed = [
    resource({ arn: arn('sns:mine'), tags }),
    resource({ id: 'nat-0123456789abcdef0' }),
    resource({ arn: arn('logs:log-group:x') }),
  ];
  const { resources, unknown } = await search(
    () =>
      found(
        arn('sns:mine'),
        arn('sns:by-hand'),
        arn('ec2:natgateway/nat-0123456789abcdef0'),
        arn('logs:log-group:x:*'),
      ),
    { managed },
  );
  expect(arns(resources)).toEqual([arn('sns:by-hand')]);
  expect(unknown).toEqual([]);
});

it('leaves to other stacks what is theirs', async () => {
  const state = {
    resources: [{ instances: [{ attributes: { arn: arn('sqs:theirs'), kms_key_arn: arn('kms:key/1') } }] }],
  };
  const { resources } = await search(() => found(arn('sqs:theirs'), arn('kms:key/1')), {
    elsewhere: identifiersIn([state]),
  });
  // Naming a key is not having it.
  expect(arns(resources)).toEqual([arn('kms:key/1')]);
});

describe('what another state has is known by all that it would be known by in its own', () => {
  const theirs = [
    { type: 'aws_nat_gateway', values: { id: 'nat-0123456789abcdef0' } },
    {
      type: 'aws_ecs_task_definition',
      values: {
        arn: arn('ecs:task-definition/web:7'),
        arn_without_revision: arn('ecs:task-definition/web'),
        revision: 7,
      },
    },
    {
      type: 'aws_secretsmanager_secret',
      values: { arn: arn('secretsmanager:secret:x-1'), replica: [{ region: 'eu-central-1' }] },
    },
  ];
  const answer = () =>
    found(
      arn('ec2:natgateway/nat-0123456789abcdef0'),
      arn('ec2:natgateway/nat-0123456789abcdef1'),
      arn('ec2:vpc/vpc-0123456789abcdef0'),
      arn('ecs:task-definition/web:6'),
      arn('ecs:task-definition/web:8'),
      arn('secretsmanager:secret:x-1', 'eu-central-1'),
    );
  const looked = { type: 'aws_vpc', mode: 'data' };
  const left = [
    arn('ec2:natgateway/nat-0123456789abcdef1'),
    arn('ec2:vpc/vpc-0123456789abcdef0'),
    arn('ecs:task-definition/web:8'),
  ];

  it.each<[string, unknown]>([
    [
      'terraform show -json',
      {
        values: {
          root_module: {
            resources: [{ ...looked, values: { id: 'vpc-0123456789abcdef0' } }],
            child_modules: [{ resources: theirs.map((each) => ({ ...each, mode: 'managed' })) }],
          },
        },
      },
    ],
    [
      'terraform state pull',
      {
        resources: [
          { ...looked, instances: [{ attributes: { id: 'vpc-0123456789abcdef0' } }] },
          ...theirs.map(({ type, values }) => ({ type, mode: 'managed', instances: [{ attributes: values }] })),
        ],
      },
    ],
  ])("as %s writes it; what it only reads is nobody's", async (_command, state) => {
    expect(arns((await search(answer, { elsewhere: identifiersIn([state]) })).resources)).toEqual(left);
    const managed = theirs.map(({ type, values }) => ({ ...resource(values), type }));
    expect(arns((await search(answer, { managed })).resources)).toEqual(left);
  });
});

describe('what says that it is of another stack', () => {
  const of = (name: string, service?: string): TaggedResource => ({
    arn: arn(`sns:${name}`),
    tags: { ...tags, ...(service === undefined ? {} : { service }) },
  });
  const managed = [resource({ arn: arn('sns:mine'), tags: { ...tags, service: 'flags' } })];
  const answer = () => [
    of('mine', 'flags'),
    of('access', 'account-access'),
    of('theirs', 'hoist'),
    of('more', 'hoist'),
  ];

  it('is left to that one, and counted', async () => {
    const otherServices = new Set(['account-access', 'hoist']);
    const { resources, leftToOthers } = await search(answer, { managed, otherServices });
    expect(arns(resources)).toEqual([]);
    expect(leftToOthers).toEqual({ 'account-access': 1, hoist: 2 });
  });

  it('is found where there is no such stack, where it is of this one too, or where it does not say', async () => {
    const found = async (otherServices: readonly string[], more: readonly TaggedResource[]) =>
      arns((await search(() => [...answer(), ...more], { managed, otherServices: new Set(otherServices) })).resources);
    expect(await found(['account-access'], [])).toEqual([arn('sns:more'), arn('sns:theirs')]);
    expect(await found(['account-access', 'hoist', 'flags'], [of('by-hand', 'flags'), of('silent')])).toEqual([
      arn('sns:by-hand'),
      arn('sns:silent'),
    ]);
  });

  it('is not counted where another state that was named has it', async () => {
    const { leftToOthers } = await search(answer, {
      managed,
      otherServices: new Set(['hoist', 'account-access']),
      elsewhere: identifiersIn([{ arn: arn('sns:theirs') }, { arn: arn('sns:more') }]),
    });
    expect(leftToOthers).toEqual({ 'account-access': 1 });
  });
});

it('does not take a region that does not answer for an empty one', async () => {
  const { resources, unknown } = await search(
    (region) => {
      if (region === 'eu-west-1') throw new Error('not authorized');
      return found(arn('sns:by-hand', region));
    },
    { regions: ['eu-west-1', 'eu-central-1'] },
  );
  expect(unknown).toEqual([{ region: 'eu-west-1', reason: 'not authorized' }]);
  expect(arns(resources)).toEqual([arn('sns:by-hand', 'eu-central-1')]);
});

it('does not trust a search that misses what it must find', async () => {
  const managed = [resource({ arn: arn('sns:mine'), tags })];
  const { unknown } = await search(() => [], { managed, regions: ['eu-west-1', 'us-east-1'] });
  expect(unknown).toEqual([{ region: 'eu-west-1', reason: expect.stringContaining('another account') }]);
});

it('names the types of which it would find none, for it found none of the state', async () => {
  const managed = [
    { ...resource({ arn: arn('sns:mine'), tags }), type: 'aws_sns_topic' },
    { ...resource({ arn: 'arn:aws:iam::111111111111:role/mine', tags }), type: 'aws_iam_role' },
    { ...resource({ id: 'mine:policy' }), type: 'aws_iam_role_policy' },
    { ...resource({ id: 'x' }), type: 'terraform_data' },
  ];
  const { unseen, unknown } = await search(() => found(arn('sns:mine')), { managed });
  expect({ unseen, unknown }).toEqual({ unseen: ['aws_iam_role', 'aws_iam_role_policy'], unknown: [] });
});

it('tells what several regions tell once', async () => {
  const { resources } = await search(() => found('arn:aws:s3:::bucket'), { regions: ['eu-west-1', 'us-east-1'] });
  expect(arns(resources)).toEqual(['arn:aws:s3:::bucket']);
});

it('takes copies that a resource makes in other regions for managed', async () => {
  const managed = [
    resource({ arn: arn('secretsmanager:secret:key-a1b2c3'), replica: [{ region: 'eu-central-1', kms_key_id: 'x' }] }),
    resource({
      arn: arn('dynamodb:table/flags'),
      replica: [{ region_name: 'eu-central-1', arn: arn('dynamodb:table/flags', 'eu-central-1') }],
    }),
  ];
  const { resources } = await search(
    () =>
      found(
        arn('secretsmanager:secret:key-a1b2c3', 'eu-central-1'),
        arn('dynamodb:table/flags', 'eu-central-1'),
        arn('secretsmanager:secret:key-a1b2c3', 'eu-west-3'),
      ),
    { regions: ['eu-central-1'], managed },
  );
  expect(arns(resources)).toEqual([arn('secretsmanager:secret:key-a1b2c3', 'eu-west-3')]);
});

it('leaves earlier revisions of a task definition to the one in the state, whatever the service is called', async () => {
  const family = 'ecs:task-definition/dev-ledger-task-a1';
  const managed = [{ ...resource({ arn: arn(`${family}:7`), revision: 7, tags }), type: 'aws_ecs_task_definition' }];
  const { resources } = await search(
    () => found(...[3, 7, 8].map((revision) => arn(`${family}:${revision}`)), arn('ecs:task-definition/other:1')),
    { managed },
  );
  expect(arns(resources)).toEqual([arn(`${family}:8`), arn('ecs:task-definition/other:1')]);
});
