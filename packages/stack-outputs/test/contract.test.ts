import { join } from 'node:path';
import { isObject, memberOf } from '@flaghoist/core/json';
import { readSourceModule } from '@flaghoist/terraform/sources/module';
import { contracts, type OutputContract, stackNames } from '../lib/contract.ts';

const stacks = join(__dirname, '..', '..', '..', 'infra-tf', 'lib', 'stacks');

interface Output {
  readonly name: string;
  readonly sensitive: boolean;
}

/** The blocks `output` of a stack. */
const outputsOf = async (stack: string): Promise<readonly Output[]> => {
  const { files } = await readSourceModule(join(stacks, stack));
  return [...files.values()].flatMap((file) => {
    const outputs = memberOf(file, 'output');
    return Object.entries(isObject(outputs) ? outputs : {}).map(([name, bodies]) => ({
      name,
      sensitive: Array.isArray(bodies) && bodies.some((body) => memberOf(body, 'sensitive') === true),
    }));
  });
};

/** Where the sources of a stack and its contract say something different. */
const differences = (stack: string, written: readonly Output[], contract: OutputContract): readonly string[] => {
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
  expect(differences(stack, await outputsOf(stack), contracts[stack])).toEqual([]);
});

it('names an output that was removed, added or marked sensitive', async () => {
  const written = await outputsOf('application');
  const changed = written
    .filter(({ name }) => name !== 'url')
    .map((output) => (output.name === 'vpc_id' ? { ...output, sensitive: true } : output));
  expect(differences('application', [...changed, { name: 'uri', sensitive: false }], contracts.application)).toEqual([
    'stack application: output uri is not in contract.ts: add it there',
    "stack application: output url of contract.ts is not in the stack's sources: remove it there",
    'stack application: output vpc_id is sensitive in Terraform: move it to "sensitive" in contract.ts',
  ]);
});
