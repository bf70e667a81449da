import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts, type OutputContract, stackNames } from '../lib/contract.ts';
import { type OutputBlock, outputBlocksIn, outputBlocksOf } from './output-blocks.ts';
import { sampleOutputs } from './samples.ts';

/** Where the sources of a stack and its contract say something different. */
const differences = (stack: string, written: readonly OutputBlock[], contract: OutputContract): readonly string[] => {
  const kinds = { open: Object.keys(contract.open.shape), sensitive: Object.keys(contract.sensitive.shape) };
  const known = new Set([...kinds.open, ...kinds.sensitive]);
  return [
    ...written
      .filter(({ name }) => !known.has(name))
      .map(({ name }) => `stack ${stack}: output ${name} is not in contract.ts: add it there`),
    ...[...known]
      .filter((name) => !written.some((output) => output.name === name))
      .map((name) => `stack ${stack}: output ${name} of contract.ts is not in the stack's sources: remove it there`),
    ...written
      .filter(({ name, sensitive }) => known.has(name) && sensitive !== kinds.sensitive.includes(name))
      .map(
        ({ name, sensitive }) =>
          `stack ${stack}: output ${name} is ${sensitive ? '' : 'not '}sensitive in Terraform: move it to "${sensitive ? 'sensitive' : 'open'}" in contract.ts`,
      ),
  ];
};

it.each(stackNames)('has exactly the outputs of the stack %s, each as sensitive as there', async (stack) => {
  expect(differences(stack, await outputBlocksOf(stack), contracts[stack])).toEqual([]);
});

it('has in its sample of flags-global every table with a stream, and every role of those who operate', async () => {
  const modules = join(__dirname, '..', '..', '..', 'infra-tf', 'lib', 'modules');
  const [, listed = '[]'] =
    /roles\s*=\s*toset\((\[.*?\])\)/.exec(readFileSync(join(modules, 'flag-operators', 'main.tf'), 'utf8')) ?? [];
  const roles: readonly string[] = JSON.parse(listed);
  expect(roles.length).toBeGreaterThan(0);
  const sample = contracts['flags-global'].open.parse(
    sampleOutputs('flags-global', { environment: 'dev', region: 'eu-west-1' }),
  );
  expect(Object.keys(sample.operator_role_arns)).toEqual(roles);
  expect(Object.keys(sample.operator_role_ids)).toEqual(roles);
  expect(Object.keys(sample.stream_arns).sort()).toEqual(Object.keys(sample.table_arns).sort());
});

it('names an output that was removed, added or marked sensitive', async () => {
  const written = await outputBlocksOf('application');
  const changed = written
    .filter(({ name }) => name !== 'url')
    .map((output) => (output.name === 'vpc_id' ? { ...output, sensitive: true } : output));
  expect(differences('application', [...changed, { name: 'uri', sensitive: false }], contracts.application)).toEqual([
    'stack application: output uri is not in contract.ts: add it there',
    "stack application: output url of contract.ts is not in the stack's sources: remove it there",
    'stack application: output vpc_id is sensitive in Terraform: move it to "sensitive" in contract.ts',
  ]);
});

it('counts as sensitive what Terraform may mark when it runs, in sources of either form', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flaghoist-outputs-'));
  const block = (name: string, mark: string) => `output "${name}" {\n  value = 1\n${mark}}\n`;
  const blocks = [
    ['open', ''],
    ['not', 'sensitive = false\n'],
    ['marked', 'sensitive = true\n'],
    ['maybe', 'sensitive = local.secret\n'],
  ];
  writeFileSync(join(folder, 'outputs.tf'), blocks.map(([name = '', mark = '']) => block(name, mark)).join(''));
  writeFileSync(join(folder, 'more.tf.json'), '{"output": {"json": {"value": 1, "sensitive": true}}}');
  const found = await outputBlocksIn(folder);
  rmSync(folder, { recursive: true });
  expect(Object.fromEntries(found.map(({ name, sensitive }) => [name, sensitive]))).toEqual({
    open: false,
    not: false,
    marked: true,
    maybe: true,
    json: true,
  });
});

/** Which outputs a recorded state has and its stack does not, and the other way round. */
const outdated = (stack: string, written: readonly OutputBlock[], recorded: readonly string[]): readonly string[] => [
  ...written
    .filter(({ name }) => !recorded.includes(name))
    .map(
      ({ name }) => `stack ${stack}: output ${name} is not in the recorded state samples/${stack}.json: add it there`,
    ),
  ...recorded
    .filter((name) => !written.some((output) => output.name === name))
    .map(
      (name) =>
        `stack ${stack}: output ${name} of samples/${stack}.json is not in the stack's sources: remove it there`,
    ),
];

it.each(stackNames)('has a recorded state of the stack %s with exactly its outputs', async (stack) => {
  const recorded = Object.keys(sampleOutputs(stack, { environment: 'blue', region: 'eu-west-1' }));
  expect(outdated(stack, await outputBlocksOf(stack), recorded)).toEqual([]);
});

it('names an output that the recorded state lacks, or has although it was removed', () => {
  const written = [{ name: 'vpc_id', sensitive: false }];
  expect(outdated('application', written, ['url'])).toEqual([
    'stack application: output vpc_id is not in the recorded state samples/application.json: add it there',
    "stack application: output url of samples/application.json is not in the stack's sources: remove it there",
  ]);
});
