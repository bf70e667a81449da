import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRegionOfAws } from '../lib/plans/aws-regions.ts';
import { readPlans } from '../lib/plans/read-plans.ts';
import { change, planText, recordedText } from './support.ts';

const read = (text: string, region?: string) => readPlans([{ name: 'plan.json', text, region }]);
const regionsIn = (text: string, said?: string) => read(text, said).resources.map(({ region }) => region);

it('reads recorded plans, each in the region that its provider names by an input', () => {
  const { resources } = readPlans([
    { name: 'home', text: recordedText('home') },
    { name: 'region', text: recordedText('region') },
  ]);
  expect([...new Set(resources.map(({ region }) => region))]).toEqual(['us-east-1', 'eu-west-1']);
  expect(resources.length).toBeGreaterThan(300);
});

it('counts what stands once the plan is applied', () => {
  const { resources, destroyed } = read(
    planText([
      change('aws_x.created', ['create']),
      change('aws_x.kept', ['no-op']),
      change('aws_x.changed', ['update']),
      change('aws_x.replaced', ['delete', 'create']),
      change('aws_x.gone', ['delete'], null),
      change('aws_x.forgotten', ['forget'], null),
      change('aws_x.old', ['delete'], null, { deposed: '12345678' }),
      change('data.aws_x.read', ['read'], {}, { mode: 'data' }),
    ]),
  );
  expect(resources.map(({ address }) => address)).toEqual([
    'aws_x.created',
    'aws_x.kept',
    'aws_x.changed',
    'aws_x.replaced',
  ]);
  expect(destroyed).toBe(2);
});

it('keeps the inputs of the stack beside what it makes', () => {
  const text = planText([change('aws_vpc.this', ['create'])], { variables: { endpoint_zone_count: { value: 2 } } });
  expect(readPlans([{ name: 'plan.json', text }]).resources.map(({ inputs }) => inputs)).toEqual([
    { endpoint_zone_count: 2 },
  ]);
});

describe('the region of a resource', () => {
  const provider = (region: object, more: object = {}) =>
    planText([change('aws_x.y', ['create'], more)], {
      variables: { context: { value: { region: 'sa-east-1' } } },
      configuration: { provider_config: { aws: { expressions: { region } } }, root_module: {} },
    });
  const computed = { references: ['module.deployment.region', 'module.deployment'] };

  it.each([
    ['a constant', provider({ constant_value: 'us-west-2' }), undefined, 'us-west-2'],
    ['a member of an input', provider({ references: ['var.context.region', 'var.context'] }), undefined, 'sa-east-1'],
    ['what the reader says', provider(computed), 'ap-south-1', 'ap-south-1'],
    [
      'where an endpoint leads',
      provider(computed, { service_name: 'com.amazonaws.eu-west-2.sqs' }),
      undefined,
      'eu-west-2',
    ],
    ['the zone of a subnet', provider(computed, { availability_zone: 'ap-southeast-2b' }), undefined, 'ap-southeast-2'],
    [
      'the key of a table',
      provider(computed, { kms_key_arn: 'arn:aws:kms:eu-north-1:1:key/x' }),
      undefined,
      'eu-north-1',
    ],
    [
      'the key in a block of a table, whatever its replicas have',
      provider(computed, {
        server_side_encryption: [{ kms_key_arn: 'arn:aws:kms:eu-north-1:1:key/x' }],
        replica: [{ region_name: 'us-east-1', kms_key_arn: 'arn:aws:kms:us-east-1:1:key/x' }],
      }),
      undefined,
      'eu-north-1',
    ],
    ['its own argument', provider({ constant_value: 'us-west-2' }, { region: 'us-east-2' }), undefined, 'us-east-2'],
    ['nothing', provider(computed), undefined, undefined],
    ['what is no region', provider({ constant_value: 'everywhere' }), undefined, undefined],
  ])('is %s', (_, text, said, region) => {
    expect(regionsIn(text, said)).toEqual([region]);
  });

  it('is refused by name where AWS has none of that name', () => {
    const text = provider({ constant_value: 'xx-mars-1' });
    expect(() => read(text)).toThrow('is in xx-mars-1, and AWS has no region of that name');
  });

  it('is not guessed where resources of a provider show several', () => {
    const text = planText(
      [
        change('aws_x.a', ['create'], { service_name: 'com.amazonaws.eu-west-2.sqs' }),
        change('aws_x.b', ['create'], { availability_zone: 'eu-west-1a' }),
      ],
      { configuration: { provider_config: {}, root_module: {} } },
    );
    expect(regionsIn(text)).toEqual([undefined, undefined]);
  });

  it('is that of the provider of each resource, in modules too', () => {
    const text = planText([change('aws_x.here', ['create']), change('module.a["k"].aws_x.there', ['create'])], {
      configuration: {
        provider_config: {
          aws: { expressions: { region: { constant_value: 'us-east-1' } } },
          'aws.replica': { expressions: { region: { constant_value: 'us-west-2' } } },
        },
        root_module: {
          resources: [{ address: 'aws_x.here', provider_config_key: 'aws' }],
          module_calls: {
            a: { module: { resources: [{ address: 'aws_x.there', provider_config_key: 'aws.replica' }] } },
          },
        },
      },
    });
    expect(regionsIn(text)).toEqual(['us-east-1', 'us-west-2']);
  });
});

describe('hostile plans', () => {
  it.each([
    ['no JSON', 'Terraform used the selected providers', 'not JSON'],
    ['a state', JSON.stringify({ format_version: '2.0', terraform_version: '1.11.4' }), '/format_version'],
    ['a list', '[]', 'plan.json is not valid'],
    ['a plan that failed', planText([], { errored: true }), 'it failed half-way'],
    ['a plan of a part', planText([], { complete: false }), 'it is of a part of the stack'],
    ['changes that are none', planText([{ address: 7 }]), '/resource_changes/0'],
  ])('refuses %s', (_, text, said) => {
    expect(() => read(text)).toThrow(said);
  });

  it('refuses the same plan twice, under whatever names', () => {
    const text = planText([]);
    expect(() =>
      readPlans([
        { name: 'a.json', text },
        { name: 'b.json', text },
      ]),
    ).toThrow('b.json is not valid: has the same content as a.json');
  });

  it('refuses a region that is not the one that the plan says of itself', () => {
    expect(() => read(recordedText('region'), 'us-east-1')).toThrow(
      'plan.json is not valid: is a plan of eu-west-1, not of us-east-1',
    );
    expect(() => read(recordedText('region'), 'eu-west-1')).not.toThrow();
  });

  it('takes a resource without values for one of which nothing is known', () => {
    const { resources } = read(planText([change('aws_lambda_function.x', ['create'], null)]));
    expect(resources).toMatchObject([{ type: 'aws_lambda_function', values: {} }]);
  });
});

describe('plans of several accounts', () => {
  const BLUE = '111111111111';
  const GREEN = '222222222222';
  const keyOf = (account: string) => `arn:aws:kms:eu-west-1:${account}:key/mrk-1`;
  const roleOf = (account: string) => ({
    variables: { deployment_role_arn: { value: `arn:aws:iam::${account}:role/deployment` } },
  });
  const encryptedBy = (account: string) =>
    planText([change('aws_x.y', ['create'], { settings: [{ kms_key_id: keyOf(account) }] })]);
  const together = (...texts: readonly string[]) =>
    readPlans(texts.map((text, index) => ({ name: `${index + 1}.json`, text })));

  it('are refused, as limits and bills are those of one account', () => {
    expect(() => together(encryptedBy(BLUE), encryptedBy(GREEN))).toThrow(
      `2.json is not valid: 1.json is of account ${BLUE}, 2.json is of account ${GREEN}`,
    );
  });

  it('are known by the role that Terraform assumes, where nothing that is made says it', () => {
    expect(() => together(planText([], roleOf(BLUE)), encryptedBy(GREEN))).toThrow(`1.json is of account ${BLUE}`);
  });

  it('are not taken for such because of another account that one of them lets in', () => {
    const reads = planText([
      change('aws_x.y', ['create'], { kms_key_id: keyOf(BLUE) }),
      change('aws_x.z', ['create'], { environment: [{ variables: { UPSTREAM_TABLE: keyOf(GREEN) } }] }),
      change('data.aws_x.read', ['read'], { kms_key_id: keyOf(GREEN) }, { mode: 'data' }),
    ]);
    expect(() => together(reads, encryptedBy(BLUE))).not.toThrow();
  });

  it('are not told where one plan names keys of both', () => {
    const both = planText([
      change('aws_x.y', ['create'], { kms_key_id: keyOf(BLUE) }),
      change('aws_x.z', ['create'], { kms_key_id: keyOf(GREEN) }),
    ]);
    expect(() => together(both, encryptedBy(BLUE))).not.toThrow();
  });
});

it('knows each region that flags are in, and those whose lines of the list are full', () => {
  const { regions } = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'fleet', 'topology.json'), 'utf8'));
  const named = [...regions.map(({ name }: { readonly name: string }) => name), 'mx-central-1', 'us-isob-east-1'];
  expect(named.filter((name) => !isRegionOfAws(name))).toEqual([]);
  expect(['ap-', 'ca-', 'us-', 'central-1', 'southeast-1', 'xx-mars-1'].filter(isRegionOfAws)).toEqual([]);
});
