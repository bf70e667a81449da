import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shown } from '@flaghoist/plan-reading/tree';
import { expressionOf } from '@flaghoist/terraform/sources/expression';
import { PROBE } from '@flaghoist/terraform/sources/modules';
import { closedText, probeId } from '@flaghoist/terraform/sources/probes';
import { compareEnvironments } from '../lib/compare-environments.ts';
import { findNamedInSources } from '../lib/sources/named-in-sources.ts';
import { readSources } from '../lib/sources/read-sources.ts';
import { environments, planned, stackDirectory } from './support.ts';

type Edit = readonly [file: string, from: string, to: string];

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sources-'));
  cpSync(stackDirectory, directory, { recursive: true });
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const edit = ([file, from, to]: Edit): void => {
  const path = join(directory, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
};

/** What is found when all environments have these changes of their sources, and know these values of expressions. */
const found = async (edits: readonly Edit[], values: Readonly<Record<string, readonly unknown[]>> = {}) => {
  edits.forEach(edit);
  const ids = await Promise.all(
    Object.keys(values).map(async (text) => probeId(closedText(await expressionOf(`\${${text}}`), []) ?? '')),
  );
  const all = planned().map((each, index) => {
    const plan = JSON.parse(each.planText);
    const input = Object.fromEntries(Object.values(values).map((of, at) => [ids[at], of[index]]));
    const probe = { address: `terraform_data.${PROBE}`, mode: 'managed', type: 'terraform_data' };
    plan.resource_changes.push({ ...probe, change: { actions: ['create'], after: { input }, after_unknown: {} } });
    return { ...each, planText: JSON.stringify(plan) };
  });
  return differencesOf(all);
};

const differencesOf = async (all: Parameters<typeof compareEnvironments>[0]) => {
  const { compared, identical, unknown, differences } = compareEnvironments(all, {
    sources: await readSources(directory),
  });
  // What is kept of a report is refused when its counts do not add up.
  expect(compared).toBe(identical + unknown + differences.length);
  return differences.flatMap(({ kind, path, note, values: shownValues }) =>
    kind === 'undecided' && !path.startsWith('source.')
      ? [`${path}: ${note}: ${shownValues.map((tree) => (tree === undefined ? '-' : shown(tree))).join(' ')}`]
      : [],
  );
};

const vpc = (expression: string): Edit => ['main.tf', '  vpc_id = aws_vpc.this.id\n', `  vpc_id = ${expression}\n`];
const at = 'aws_security_group.web.vpc_id.#made_of';

it('finds nothing in real plans whose unknown values are made of what is the same', async () => {
  expect(await found([])).toEqual([]);
});

it.each<[string, string]>([
  ['a part of a text', `"\${aws_vpc.this.id}-\${var.environment}-\${var.region}"`],
  ['a part of a document', 'jsonencode({ id = aws_vpc.this.id, (var.environment) = ["x", terraform.workspace] })'],
  ['a part of a format', 'format("%s-%s-%%", aws_vpc.this.id, var.environment)'],
  ['a part of a digest', `sha1(jsonencode({ id = aws_vpc.this.id, name = "\${var.environment}-x" }))`],
  ['a part of packed commands', `base64gzip("export STAGE=\${var.environment} ID=\${aws_vpc.this.id}")`],
  ['what is known under each key', '[for key in [var.environment] : aws_vpc.this.id][0]'],
  ['what there is without a key', `lookup({ x = aws_vpc.this.id }, "y", "\${var.environment}")`],
])('lets pass what an environment is as %s', async (_what, expression) => {
  expect(await found([vpc(expression)])).toEqual([]);
});

it.each<[string, string, string]>([
  ['a condition', 'var.region == "x" ? aws_vpc.this.id : null', 'var.region'],
  ['an input that differs', 'var.desired_count > 1 ? aws_vpc.this.id : null', 'var.desired_count'],
  ['the workspace', 'length(terraform.workspace) == 4 ? aws_vpc.this.id : null', 'terraform.workspace'],
  ['a key', 'lookup({ x = aws_vpc.this.id }, var.region, aws_vpc.this.id)', 'var.region'],
  ['an index', '[aws_vpc.this.id, aws_vpc.this.arn][length(var.environment)]', 'var.environment'],
  ['a format that cuts', 'format("%s-%.1s", aws_vpc.this.id, var.environment)', 'var.environment'],
  ['a format that pads', 'format("%s-%7s", aws_vpc.this.id, var.environment)', 'var.environment'],
  [
    'a digest that is looked at',
    'substr(sha1(var.environment), 0, 1) == "a" ? aws_vpc.this.id : null',
    'var.environment',
  ],
  ['a digest of what it decides', 'sha1(var.region == "x" ? aws_vpc.this.id : "")', 'var.region'],
  ['a directive', `"%{if var.environment == "x"}a%{endif}\${aws_vpc.this.id}"`, 'var.environment'],
  ['a template', 'templatefile("x", { name = var.environment, id = aws_vpc.this.id })', 'var.environment'],
  ['a condition of a loop', '[for each in [aws_vpc.this.id] : each if var.region == "x"][0]', 'var.region'],
  ['what nobody knows', 'strcontains(aws_vpc.this.arn, "x") ? "a" : "b"', 'aws_vpc.this.arn'],
])('finds %s that decides what nobody knows yet', async (_what, expression, text) => {
  const lines = await found([vpc(expression)]);
  expect(lines.map((line) => line.split(':')[0])).toEqual([`${at}["${text}"]`]);
});

describe('a template', () => {
  const path = `"\${path.module}/x.tftpl"`;
  const filledIn = async (template: string) => {
    writeFileSync(join(directory, 'x.tftpl'), template);
    const expression = `templatefile(${path}, { name = var.environment, id = aws_vpc.this.id })`;
    return found([vpc(expression)], { [path]: ['x.tftpl', 'x.tftpl', 'x.tftpl'] });
  };

  it.each([`\${name} of \${ id }`, `$\${name} and %%{if} for 5 % or $ \${id}`])(
    'is like any other text where it is only filled in: %s',
    async (template) => {
      expect(await filledIn(template)).toEqual([]);
    },
  );

  it.each([`%{ if name == "x" }\${id}%{ endif }`, `\${upper(name)} \${id}`, `\${id == "" ? 1 : 2}`])(
    'decides where it looks at what it is given: %s',
    async (template) => {
      expect((await filledIn(template)).map((line) => line.split(':')[0])).toContain(`${at}["var.environment"]`);
    },
  );
});

it('shows what decides and where it is used', async () => {
  expect(await found([vpc('var.desired_count > 1 ? aws_vpc.this.id : null')])).toEqual([
    `${at}["var.desired_count"]: made with var.desired_count of the stack, used in var.desired_count > 1: 1 2 4`,
  ]);
});

it('does not show an input that is sensitive', () => {
  edit(vpc('var.desired_count > 1 ? aws_vpc.this.id : null'));
  const all = planned().map((each) => {
    const plan = JSON.parse(each.planText);
    plan.configuration.root_module.variables.desired_count.sensitive = true;
    return { ...each, planText: JSON.stringify(plan) };
  });
  return expect(differencesOf(all)).resolves.toContainEqual(
    expect.stringMatching(/^aws_security_group.*: \(sensitive\) \(sensitive\) \(sensitive\)$/),
  );
});

it('follows an input into a module', async () => {
  const chosen: Edit = [
    'main.tf',
    'kms_key_arn    = aws_kms_key',
    'kms_key_arn    = var.region == "x" ? "" : aws_kms_key',
  ];
  expect(await found([chosen])).toEqual([
    expect.stringMatching(
      /^module\.store\.aws_cloudwatch_log_group\.this\.kms_key_id\.#made_of\["var\.region"\]: .*of the stack/,
    ),
  ]);
});

it('follows outputs of modules, locals, and what instances are made for', async () => {
  const lines = await found([
    vpc('module.store.chosen.arn'),
    ['modules/store/main.tf', 'output "arn"', 'output "chosen" { value = local.chosen }\noutput "arn"'],
    [
      'modules/store/main.tf',
      'output "arn"',
      'locals {\n  chosen = { arn = startswith(var.environment, "p") ? aws_s3_bucket.this.arn : null, other = length(var.environment) }\n}\noutput "arn"',
    ],
    [
      'main.tf',
      'each.value.seconds\n  kms_master_key_id          = aws_kms_key.this.arn',
      'each.value.seconds\n  kms_master_key_id          = each.value.key',
    ],
    [
      'main.tf',
      '= var.queues\n',
      '= { for name, queue in var.queues : name => { seconds = 1, key = var.desired_count == 1 ? "" : aws_kms_key.this.arn } }\n',
    ],
  ]);
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    `${at}["var.environment"]`,
    'aws_sqs_queue.this[*].kms_master_key_id.#made_of["var.desired_count"]',
  ]);
});

it('does not go round in circles', async () => {
  const circle: Edit = [
    'main.tf',
    'output "vpc_id"',
    'locals {\n  a = local.b\n  b = [local.a, upper(var.region) == "" ? aws_vpc.this.id : ""]\n}\noutput "vpc_id"',
  ];
  expect(await found([vpc('local.a'), circle])).toHaveLength(1);
});

describe('what the plans know of an expression', () => {
  const condition = 'startswith(var.region, "us-")';

  it('settles it, where it is the same', async () => {
    expect(await found([vpc(`${condition} ? aws_vpc.this.id : null`)], { [condition]: [true, true, true] })).toEqual(
      [],
    );
  });

  it('is shown, where it differs', async () => {
    const lines = await found([vpc(`${condition} ? aws_vpc.this.id : null`)], { [condition]: [false, true, true] });
    expect(lines).toEqual([
      `${at}["startswith(var.region, \\"us-\\")"]: made with ${condition} of the stack: false true true`,
    ]);
  });

  it('may be a name of each environment, but not to choose by', async () => {
    const name = 'upper(var.environment)';
    const names = { [name]: environments.map((each) => each.name.toUpperCase()) };
    expect(await found([vpc(`"\${${name}}\${aws_vpc.this.id}"`)], names)).toEqual([]);
    const chosen = await found(
      [['main.tf', `"\${${name}}\${aws_vpc.this.id}"`, `lookup({}, ${name}, aws_vpc.this.id)`]],
      names,
    );
    expect(chosen).toHaveLength(1);
  });
});

it('compares what no plan shows: providers, provisioners, what is only written, terms of conditions', async () => {
  const condition = 'var.environment == "x"';
  const lines = await found(
    [
      [
        'main.tf',
        'region                      = var.region',
        'region = upper(var.region)\n  max_retries = length(var.region)',
      ],
      ['main.tf', 'key_id = aws_kms_key', 'value_wo = length(var.environment)\n  key_id = aws_kms_key'],
      [
        'main.tf',
        'enable_key_rotation     = true',
        `provisioner "local-exec" {\n    command = "x \${index(["a"], var.environment)}"\n  }`,
      ],
      [
        'modules/store/main.tf',
        'condition     = var.retention_days > 0',
        `condition     = ${condition} || var.retention_days > 0`,
      ],
    ],
    {},
  );
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    'aws_kms_key.this.provisioner.#made_of["var.environment"]',
    'aws_ssm_parameter.password.value_wo.#made_of["var.environment"]',
    'provider.aws.max_retries.#made_of["var.region"]',
  ]);
});

it('takes no text for a path that is longer than one can be', async () => {
  const { fileAt } = await readSources(stackDirectory);
  expect(['main.tf', 'test', 'none.tf', `${'a'.repeat(300)}/b.tf`].map((path) => fileAt(path) === undefined)).toEqual([
    false,
    true,
    true,
    true,
  ]);
});

it('reads the sources of a stack and its modules', async () => {
  const { modules, texts } = await readSources(stackDirectory);
  expect([...modules.keys()]).toEqual(['.', 'modules/store']);
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
      const sources = await readSources(directory);
      expect(findNamedInSources(sources, environments).map(({ path }) => path)).toEqual(['source.chosen.tf.prod']);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('is not one with an argument or a label of that name', async () => {
    edit([
      'main.tf',
      'output "vpc_id"',
      'resource "aws_x" "prod" {\n  prod = 1\n  b {\n    prod = 1\n  }\n}\noutput "vpc_id"',
    ]);
    expect(findNamedInSources(await readSources(directory), environments)).toEqual([]);
  });

  it('is not one with a longer word', () => {
    expect(named('device', 'prod-x', 'x_prod', 'us-west-2a')).toEqual([]);
  });
});
