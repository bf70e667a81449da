import { crc32 } from 'node:zlib';
import { shown } from '@flaghoist/plan-reading/tree';
import { compareStates } from '../lib/compare-states.ts';
import { environments } from './support.ts';

type Values = Readonly<Record<string, unknown>>;

/** A network with a subnet, a group, a role and a document, as they are applied in one environment. */
const applied = (index: number, change: (resources: Record<string, Values>) => void = () => {}): string => {
  const environment = environments[index];
  if (environment === undefined) throw new Error('no such environment');
  const id = (kind: string) => `${kind}-0${index}a1b2c3d4e5f67`;
  const { name, region, account } = environment;
  const resources: Record<string, Values> = {
    'aws_vpc.this': { id: id('vpc'), cidr_block: `10.${16 + index}.0.0/16`, main_route_table_id: id('rtb') },
    'module.net.aws_subnet.private["a"]': {
      id: id('subnet'),
      vpc_id: id('vpc'),
      cidr_block: `10.${16 + index}.1.0/24`,
      availability_zone: `${region}a`,
    },
    'module.net.aws_subnet.public["a"]': {
      id: id('subnet-9'),
      vpc_id: id('vpc'),
      cidr_block: `10.${16 + index}.2.0/24`,
      availability_zone: `${region}a`,
    },
    'aws_ecs_service.this': { id: `arn:aws:ecs:${region}:${account}:service/${name}-web`, subnets: [id('subnet')] },
    'aws_iam_role.task': { id: `${name}-task`, name: `${name}-task`, unique_id: `AROA${index}QWERTYUIOPASDFG` },
    'aws_iam_role_policy.task': {
      id: `${name}-task:x`,
      policy: JSON.stringify({
        Statement: [{ Action: 'kms:Decrypt', Resource: `arn:aws:kms:${region}:${account}:key/${id('k')}` }],
      }),
    },
    'aws_kms_key.this': { id: id('k'), key_id: id('k'), arn: `arn:aws:kms:${region}:${account}:key/${id('k')}` },
  };
  change(resources);
  return JSON.stringify({
    format_version: '1.0',
    terraform_version: '1.11.4',
    values: {
      outputs: { vpc_id: { value: id('vpc'), sensitive: false } },
      root_module: {
        resources: Object.entries(resources).map(([address, values]) => ({
          address,
          mode: address.includes('data.') ? 'data' : 'managed',
          type: address.split('.').at(-2),
          values,
          sensitive_values: {},
        })),
      },
    },
  });
};

const found = (change: (resources: Record<string, Values>) => void = () => {}): readonly string[] =>
  compareStates(
    environments.map((environment, index) => ({
      environment,
      stateText: applied(index, index === 2 ? change : undefined),
      lockText: '',
    })),
  ).differences.map(
    ({ path, values }) => `${path}: ${values.map((tree) => (tree === undefined ? '-' : shown(tree))).join(' ')}`,
  );

it('finds nothing where only ids, networks and what AWS chooses differ', () => {
  expect(found()).toEqual([]);
});

/** Names the environment, and has a checksum of fewer than eight digits, as one text in 430 does. */
const documentOf = (name: string): Values => {
  let json = JSON.stringify({ Statement: [{ Resource: `arn:aws:s3:::${name}-files` }] });
  while (crc32(json) >= 10_000_000) json += ' ';
  return { id: String(crc32(json)), json };
};

it('takes the checksum of a document for no id, however few its digits are', () => {
  const states = environments.map((environment, index) => ({
    environment,
    stateText: applied(index, (all) => {
      all['data.aws_iam_policy_document.task'] = documentOf(environment.name);
    }),
    lockText: '',
  }));
  expect(compareStates(states).differences.map(({ path }) => path)).toEqual([]);
});

it('compares neither the times of a certificate nor the checksum that is the id of a rule', () => {
  const ids = ['nacl-2492157362', 'nacl-1769744831', 'nacl-2952850'];
  const states = environments.map((environment, index) => {
    const time = `2026-11-29T17:04:0${index}Z`;
    return {
      environment,
      stateText: applied(index, (all) => {
        all['aws_network_acl_rule.tcp'] = { id: ids[index] };
        all['aws_acm_certificate.this'] = { id: 'certificate', not_before: time, not_after: time };
        all['aws_acm_certificate_validation.this'] = { id: time };
      }),
      lockText: '',
    };
  });
  expect(compareStates(states).differences.map(({ path }) => path)).toEqual([]);
});

const twoKeys = (ids: readonly string[]): Values => ({
  id: 'task:x',
  policy: JSON.stringify({
    Statement: [
      { Action: ids.map((id) => `kms:${id.slice(0, 1)}`), Resource: ids, Condition: { StringLike: { 'kms:x': ids } } },
    ],
    Steps: ids,
  }),
});

it('takes for sets what is one in a policy: ids are sorted as AWS made them', () => {
  const [a, b] = ['a-0a1b2c3d4e5f67890', 'b-0b1b2c3d4e5f67890'];
  const state = (index: number, ids: readonly string[]): string =>
    applied(index, (all) => {
      all['aws_kms_key.a'] = { id: a };
      all['aws_kms_key.b'] = { id: b };
      all['aws_iam_role_policy.task'] = twoKeys(ids);
    });
  expect(
    compareStates(
      environments.map((environment, index) => ({
        environment,
        stateText: state(index, index === 1 ? [b, a] : [a, b]),
        lockText: '',
      })),
    ).differences.map(({ path }) => path),
  ).toEqual(['aws_iam_role_policy.task.policy.Steps[*]', 'aws_iam_role_policy.task.policy.Steps[*]']);
});

it.each<[string, (resources: Record<string, Values>) => void, string]>([
  [
    'a task in another subnet',
    (all) => {
      all['aws_ecs_service.this'] = {
        ...all['aws_ecs_service.this'],
        subnets: [all['module.net.aws_subnet.public["a"]']?.['id']],
      };
    },
    'aws_ecs_service.this.subnets[*]',
  ],
  [
    'another action in a document',
    (all) => {
      const { policy } = all['aws_iam_role_policy.task'] ?? {};
      all['aws_iam_role_policy.task'] = {
        ...all['aws_iam_role_policy.task'],
        policy: String(policy).replace('kms:Decrypt', 'kms:*'),
      };
    },
    'aws_iam_role_policy.task.policy.Statement[*].Action',
  ],
  [
    'a value of AWS that is not there',
    (all) => {
      all['aws_iam_role.task'] = { ...all['aws_iam_role.task'], unique_id: null };
    },
    'aws_iam_role.task.unique_id',
  ],
  [
    'an id of nothing that is in the state',
    (all) => {
      all['module.net.aws_subnet.private["a"]'] = {
        ...all['module.net.aws_subnet.private["a"]'],
        vpc_id: 'vpc-0ffffffffffffffff',
      };
    },
    'module.net.aws_subnet.private[*].vpc_id',
  ],
  ['a thing that is missing', (all) => delete all['aws_kms_key.this'], 'aws_kms_key.this.#count'],
])('finds %s', (_what, change, path) => {
  expect(found(change).map((line) => line.split(': ')[0])).toContain(path);
});

it('says what AWS chooses, by type', () => {
  const [first, second] = environments.map((environment, index) => ({
    environment,
    stateText: applied(index),
    lockText: '',
  }));
  if (first === undefined || second === undefined) throw new Error('no environments');
  expect(compareStates([first, second]).notCompared.map(({ path }) => path)).toContain(
    'aws_iam_role.*.{create_date,unique_id}',
  );
});

it.each([
  ['{"format_version":"1.0"}', 'nothing is applied'],
  ['{"format_version":"1.0","values":{"root_module":{}}}', 'nothing is applied'],
  ['{"format_version":"1.2","errored":true,"prior_state":{"values":{"root_module":{}}}}', 'failed half-way'],
  ['{"format_version":"2.0","values":{}}', '2.0 is not 1.x'],
  ['{}', 'format_version'],
])('refuses %s', (stateText, message) => {
  const [environment] = environments;
  if (environment === undefined) throw new Error('no environment');
  expect(() => compareStates([{ environment, stateText, lockText: '' }])).toThrow(message);
});

/** The states with resources changed as `terraform show` writes them. */
const changedStates = (change: (resources: Record<string, unknown>[], index: number) => void) =>
  environments.map((environment, index) => {
    const state = JSON.parse(applied(index));
    change(state.values.root_module.resources, index);
    return { environment, stateText: JSON.stringify(state), lockText: '' };
  });

describe('what a state says beside the values', () => {
  it('is compared: a resource that the next apply replaces', () => {
    const states = changedStates(
      (resources, index) => index === 2 && Object.assign(resources[0] ?? {}, { tainted: true }),
    );
    expect(compareStates(states).differences.map(({ path }) => path)).toEqual(['aws_vpc.this.#tainted']);
  });

  it('is named where it is not compared: what waits to be deleted', () => {
    const states = changedStates(
      (resources, index) => index === 2 && resources.push({ ...resources[0], deposed_key: '0a1b2c3d' }),
    );
    const { differences, notCompared } = compareStates(states);
    expect(differences).toEqual([]);
    expect(notCompared).toContainEqual({ path: 'aws_vpc.this', why: expect.stringContaining('prod') });
  });
});

describe('what a resource repeats of others', () => {
  const group = (rules: readonly object[]) => ({ id: 'sg-0a1b2c3d4e5f60718', ingress: rules });
  const open = { from_port: 22, cidr_blocks: ['0.0.0.0/0'] };

  it('is compared where no other one sets it', () => {
    const states = changedStates((resources, index) =>
      resources.push({
        address: 'aws_security_group.web',
        mode: 'managed',
        type: 'aws_security_group',
        values: group(index === 2 ? [open] : []),
      }),
    );
    const { differences, notCompared } = compareStates(states);
    expect(differences.map(({ path }) => path)).toEqual(['aws_security_group.web.ingress']);
    expect(notCompared.filter(({ path }) => path.startsWith('aws_security_group'))).toEqual([]);
  });

  it('is left out, and named, where others set it', () => {
    const states = changedStates((resources, index) => {
      const about = { mode: 'managed', values: {} };
      const rule = 'aws_vpc_security_group_ingress_rule';
      resources.push(
        {
          ...about,
          address: 'aws_security_group.web',
          type: 'aws_security_group',
          values: group(index === 2 ? [open] : []),
        },
        { ...about, address: `${rule}.web`, type: rule },
      );
    });
    const { differences, notCompared } = compareStates(states);
    expect(differences).toEqual([]);
    expect(notCompared.map(({ path }) => path)).toContain('aws_security_group.*.{ingress}');
  });
});

it('compares the key of a copy of a secret, and not what AWS says of its making', () => {
  const replica = (index: number, key: string) => [
    {
      region: environments[index]?.replicaRegion,
      kms_key_id: key,
      status: 'InSync',
      last_accessed_date: `2026-01-0${index + 1}`,
    },
  ];
  const states = (key: (index: number) => string) =>
    changedStates((resources, index) =>
      resources.push({
        address: 'aws_secretsmanager_secret.db',
        mode: 'managed',
        type: 'aws_secretsmanager_secret',
        values: { name: 'db', replica: replica(index, key(index)) },
      }),
    );
  expect(compareStates(states(() => 'alias/own')).differences).toEqual([]);
  expect(
    compareStates(states((index) => (index === 2 ? 'alias/aws/secretsmanager' : 'alias/own'))).differences.map(
      ({ path }) => path,
    ),
  ).toEqual(['aws_secretsmanager_secret.db.replica[*].kms_key_id']);
});
