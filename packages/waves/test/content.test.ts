import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readPlan } from '@flaghoist/plan-reading/plan';
import { beyond, contentOf, lossesOf, summaryOf } from '../lib/content.ts';
import { sourcesDigest } from '../lib/sources-digest.ts';
import { markOf, outputIn } from '../lib/state-mark.ts';

const planned = (changes: readonly object[]) =>
  contentOf(
    readPlan(
      JSON.stringify({
        format_version: '1.2',
        terraform_version: '1.11.4',
        resource_changes: changes.map((change) => ({ mode: 'managed', type: 'aws_x', ...change })),
      }),
      'a plan',
    ),
  );
const table = (regions: readonly string[]) => ({ replica: regions.map((region) => ({ region_name: region })) });

const content = planned([
  { address: 'a.same', change: { actions: ['no-op'] } },
  { address: 'a.read', change: { actions: ['read'] } },
  { address: 'a.new', change: { actions: ['create'] } },
  { address: 'a.other', change: { actions: ['update'] } },
  { address: 'a.gone', change: { actions: ['delete'] } },
  { address: 'a.old', deposed: 'abc', change: { actions: ['delete'] } },
  { address: 'a.anew', change: { actions: ['create', 'delete'] } },
  { address: 'a.half', action_reason: 'replace_because_tainted', change: { actions: ['delete', 'create'] } },
  { address: 'a.left', change: { actions: ['forget'] } },
  { address: 'a.table', change: { actions: ['update'], before: table(['r-1', 'r-2']), after: table(['r-1']) } },
]);

it('tells what a plan does, and leaves out what it does not', () => {
  expect(content.effects).toEqual({
    'a.new': 'create',
    'a.other': 'update',
    'a.gone': 'delete',
    'a.old (deposed abc)': 'delete',
    'a.anew': 'replace',
    'a.half': 'replace',
    'a.left': 'forget',
    'a.table': 'update',
  });
  expect(summaryOf(content)).toBe('1 created, 2 changed, 2 destroyed, 2 replaced, 1 forgotten');
  expect(summaryOf(planned([]))).toBe('outputs only');
});

it('names what is lost, but for what was half made', () => {
  expect(lossesOf(content).map(({ what }) => what)).toEqual([
    'a.gone would be destroyed',
    'a.old (deposed abc) would be destroyed',
    'a.anew would be replaced',
    'a.table would lose its replica in r-2',
  ]);
});

it('knows another input by its name, and not its value', () => {
  const withInput = (value: string) =>
    contentOf({ resource_changes: [], variables: { image: { value }, region: { value: 'r-1' } } });
  expect(beyond(withInput('a'), withInput('a'))).toEqual([]);
  expect(beyond(withInput('b'), withInput('a'))).toEqual(['its input image has another value']);
  expect(JSON.stringify(withInput('hunter2'))).not.toContain('hunter2');
  // What is planned for the first time after an apply of nothing has no inputs to compare with.
  expect(beyond(withInput('b'), planned([]))).toEqual([]);
});

it('knows less than was shown from more', () => {
  expect(beyond(content, content)).toEqual([]);
  expect(beyond(planned([{ address: 'a.new', change: { actions: ['create'] } }]), content)).toEqual([]);
  const half = planned([
    { address: 'a.new', action_reason: 'replace_because_tainted', change: { actions: ['delete', 'create'] } },
  ]);
  expect(beyond(half, content)).toEqual([]);
  expect(beyond(planned([{ address: 'a.other', change: { actions: ['delete'] } }]), content)).toEqual([
    'a.other would be destroyed',
  ]);
  expect(beyond(content, { ...content, replicasLost: {} })).toEqual(['a.table would lose its replica in r-2']);
});

/** As lambda-function has it. */
const zip = (digest: string) => ({ key: `functions/validator.accept/${digest}.zip`, source_hash: digest });
const zipReplaced = { address: 'm.zip', type: 'aws_s3_object' };

describe('an object that is named by the hash of what it holds', () => {
  it('is no loss when another takes its place, nor when it goes last', () => {
    const change = { before: zip('aaaa'), after: zip('bbbb') };
    for (const actions of [
      ['create', 'delete'],
      ['delete', 'create'],
    ]) {
      expect(lossesOf(planned([{ ...zipReplaced, change: { ...change, actions } }]))).toEqual([]);
    }
    const deposed = {
      ...zipReplaced,
      deposed: 'abc',
      change: { actions: ['delete'], before: zip('aaaa'), after: null },
    };
    expect(lossesOf(planned([deposed]))).toEqual([]);
  });

  it.each([
    ['an object that goes for good', 'aws_s3_object', ['delete'], zip('aaaa'), null],
    [
      'an object under a name of its own',
      'aws_s3_object',
      ['create', 'delete'],
      { ...zip('aaaa'), key: 'x' },
      zip('bbbb'),
    ],
    ['an object in another bucket', 'aws_s3_object', ['create', 'delete'], zip('aaaa'), zip('aaaa')],
    ['an object without a hash', 'aws_s3_object', ['create', 'delete'], { key: 'x', source_hash: '' }, zip('bbbb')],
    ['anything else', 'aws_dynamodb_table', ['create', 'delete'], zip('aaaa'), zip('bbbb')],
  ])('is not %s', (_what, type, actions, before, after) => {
    expect(lossesOf(planned([{ address: 'm.zip', type, change: { actions, before, after } }]))).toHaveLength(1);
  });
});

it('knows that what is left of a shown replacement is not more', () => {
  const shown = planned([{ address: 'a.b', change: { actions: ['delete', 'create'] } }]);
  const left = [
    { address: 'a.b', change: { actions: ['create'] } },
    { address: 'a.b', deposed: '1a2b', change: { actions: ['delete'] } },
  ];
  for (const each of left) expect(beyond(planned([each]), shown)).toEqual([]);
  expect(beyond(planned([{ address: 'a.b', change: { actions: ['delete'] } }]), shown)).toHaveLength(1);
  expect(beyond(planned(left.map((each) => ({ ...each, address: 'a.c' }))), shown)).toHaveLength(2);
  const updated = planned([{ address: 'a.b', change: { actions: ['update'] } }]);
  expect(beyond(planned(left), updated)).toHaveLength(2);
});

it('reads which version of a state there is, and where its tables are', () => {
  const state = (resources: readonly object[]): string =>
    JSON.stringify({
      version: 4,
      lineage: 'l',
      serial: 7,
      outputs: { key_arn: { value: 'arn', type: 'string' } },
      resources,
    });
  expect(outputIn(state([]), 'x', 'key_arn')).toBe('arn');
  expect(outputIn(state([]), 'x', 'other')).toBeUndefined();
  expect(outputIn('', 'x', 'key_arn')).toBeUndefined();
  expect(markOf('', 'x')).toEqual({ lineage: null, serial: null, resources: 0, outputs: [], replicas: [] });
  expect(
    markOf(
      state([
        { mode: 'data', type: 'aws_region', instances: [{}] },
        { mode: 'managed', type: 'aws_x', instances: [{}, { attributes: { replica: 'no' } }] },
        {
          mode: 'managed',
          type: 'aws_dynamodb_table',
          instances: [{ attributes: table(['r-2', 'r-1']) }, { attributes: { replica: [] } }],
        },
      ]),
      'x',
    ),
  ).toEqual({ lineage: 'l', serial: 7, resources: 4, outputs: ['key_arn'], replicas: ['r-1', 'r-2'] });
  expect(() => markOf('{"version":3}', 'flags-global')).toThrow('the state of flags-global');
});

describe('the digest of the sources', () => {
  const root = mkdtempSync(join(tmpdir(), 'waves-digest-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const digest = (): string => sourcesDigest(join(root, 'infra-tf', 'lib'));

  it.each([
    ['a stack', 'infra-tf/lib/stacks/flags-region/main.tf'],
    ['the values of an environment', 'infra-tf/lib/stacks/flags-region/environments/dev.tfvars'],
    ['the fleet', 'fleet/topology.json'],
    ['a bundle', 'packages/validator/dist/accept.zip'],
    ['the description of a function', 'packages/validator/lambda.json'],
    ['data of a package', 'packages/wiring/lib/wiring.json'],
  ])('changes with %s', (_what, path) => {
    write(path, '1');
    const before = digest();
    write(path, '2');
    expect(digest()).not.toBe(before);
  });

  it.each([
    ['what was initialised', 'infra-tf/lib/stacks/flags-region/.terraform/x'],
    ['a state', 'infra-tf/lib/stacks/flags-region/terraform.tfstate.d/dev/terraform.tfstate'],
    ['tests', 'infra-tf/lib/stacks/flags-region/test/values.tftest.hcl'],
    ['the source of a function', 'packages/validator/lib/index.ts'],
  ])('does not change with %s', (_what, path) => {
    const before = digest();
    write(path, '1');
    expect(digest()).toBe(before);
  });
});
