import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareEnvironments } from '../lib/compare-environments.ts';
import { findNamedInSources } from '../lib/sources/named-in-sources.ts';
import { readSources } from '../lib/sources/read-sources.ts';
import { referencesIn, referencesInText } from '../lib/sources/references.ts';
import { environments, planned, stackDirectory } from './support.ts';

interface Plan {
  configuration: {
    root_module: {
      resources: { address: string; expressions: Record<string, unknown>; for_each_expression?: unknown }[];
      module_calls: Record<
        string,
        { expressions: Record<string, unknown>; module: { outputs: Record<string, unknown> } }
      >;
    };
  };
}

/** The environments with expressions of all of them changed, as they have the same sources. */
const found = (change: (root: Plan['configuration']['root_module']) => void, locals = new Map()) => {
  const all = planned().map((each) => {
    const plan = JSON.parse(each.planText) as Plan;
    change(plan.configuration.root_module);
    return { ...each, planText: JSON.stringify(plan) };
  });
  return compareEnvironments(all, { sources: { locals, texts: new Map() } }).differences.flatMap(
    ({ kind, path, note }) => (kind === 'undecided' ? [`${path} ${note}`] : []),
  );
};

const expressionsOf = (root: Plan['configuration']['root_module'], address: string): Record<string, unknown> => {
  const resource = root.resources.find((each) => each.address === address);
  if (resource === undefined) throw new Error(`no ${address}`);
  return resource.expressions;
};

it('finds nothing in real plans whose unknown values are made of what is the same', () => {
  expect(found(() => {})).toEqual([]);
});

it('finds an unknown value that is made of an input that differs', () => {
  const change = (root: Plan['configuration']['root_module']) => {
    expressionsOf(root, 'aws_security_group.web')['vpc_id'] = {
      references: ['aws_vpc.this.id', 'aws_vpc.this', 'var.desired_count'],
    };
  };
  expect(found(change)).toEqual(['aws_security_group.web.vpc_id made of var.desired_count']);
});

it('follows an input into a module', () => {
  const change = (root: Plan['configuration']['root_module']) => {
    Object.assign(root.module_calls['store']?.expressions ?? {}, {
      kms_key_arn: { references: ['var.desired_count'] },
    });
  };
  expect(found(change)).toEqual(['module.store.aws_cloudwatch_log_group.this.kms_key_id made of var.desired_count']);
});

it('follows outputs of modules, locals and what instances are made for', () => {
  const change = (root: Plan['configuration']['root_module']) => {
    const store = root.module_calls['store'];
    Object.assign(store?.module.outputs ?? {}, { arn: { expression: { references: ['local.size'] } } });
    Object.assign(store?.expressions ?? {}, { environment: { references: ['var.retention_days'] } });
    expressionsOf(root, 'aws_security_group.web')['vpc_id'] = { references: ['module.store.arn', 'module.store'] };
    expressionsOf(root, 'aws_sqs_queue.this')['kms_master_key_id'] = { references: ['each.value'] };
    const queue = root.resources.find(({ address }) => address === 'aws_sqs_queue.this');
    if (queue !== undefined) queue.for_each_expression = { references: ['local.queues'] };
  };
  const locals = new Map([
    ['', new Map([['queues', ['var.desired_count']]])],
    ['module.store', new Map([['size', ['var.environment']]])],
  ]);
  expect(found(change, locals)).toEqual([
    'aws_security_group.web.vpc_id made of var.retention_days',
    'aws_sqs_queue.this[*].kms_master_key_id made of var.desired_count',
  ]);
});

it('does not go round in circles', () => {
  const change = (root: Plan['configuration']['root_module']) => {
    expressionsOf(root, 'aws_security_group.web')['vpc_id'] = { references: ['local.a'] };
  };
  const locals = new Map([
    [
      '',
      new Map([
        ['a', ['local.b']],
        ['b', ['local.a', 'var.desired_count']],
      ]),
    ],
  ]);
  expect(found(change, locals)).toEqual(['aws_security_group.web.vpc_id made of var.desired_count']);
});

it('takes references in full', () => {
  const expression = {
    a: { references: ['var.task.cpu', 'var.task', 'var.task', 'each.key'] },
    b: [{ c: { references: ['module.x.y', 'module.x'] } }],
  };
  expect(referencesIn(expression)).toEqual(['var.task.cpu', 'var.task', 'each.key', 'module.x.y']);
});

it('finds references in the text of an expression', () => {
  const text = 'merge(var.a.b, { for k in local.c : k => each.value.d }) aws_x.var.y';
  expect(referencesInText(text)).toEqual(['var.a.b', 'local.c', 'each.value.d']);
});

it('reads the sources of a stack and its modules', async () => {
  const { locals, texts } = await readSources(stackDirectory, planned()[0]?.planText ?? '');
  expect([...locals.keys()]).toEqual(['', 'module.store']);
  expect([...texts.keys()]).toEqual(['main.tf', 'modules/store/main.tf']);
});

describe('a source that names an environment', () => {
  const named = (...texts: string[]) =>
    findNamedInSources({ texts: new Map([['../../modules/x/main.tf', texts]]) }, environments).map(({ path }) => path);

  it('is found, because it may choose what nobody knows yet', () => {
    expect(named('var.environment == "prod" ? aws_kms_key.a.arn : aws_kms_key.b.arn')).toEqual([
      'source.modules/x/main.tf.prod',
    ]);
    expect(named('us-west-2', 'x', '111111111111')).toEqual([
      'source.modules/x/main.tf.111111111111',
      'source.modules/x/main.tf.us-west-2',
    ]);
  });

  it('is found by the keys of a map, too', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sources-'));
    try {
      cpSync(stackDirectory, directory, { recursive: true });
      const chosen =
        'locals {\n  keys = { prod = aws_kms_key.this.arn, other = null }\n  key = local.keys[var.environment]\n}\n';
      writeFileSync(join(directory, 'chosen.tf'), chosen);
      const sources = await readSources(directory, planned()[0]?.planText ?? '');
      expect(findNamedInSources(sources, environments).map(({ path }) => path)).toEqual(['source.chosen.tf.prod']);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('is not one with a longer word', () => {
    expect(named('device', 'prod-x', 'x_prod', 'us-west-2a')).toEqual([]);
  });
});
