import { join } from 'node:path';
import { isObject, memberOf } from '@flaghoist/core/json';
import { readSourceModule } from '@flaghoist/terraform/sources/module';

const stacks = join(__dirname, '..', '..', '..', 'infra-tf', 'lib', 'stacks');

export interface OutputBlock {
  readonly name: string;
  readonly sensitive: boolean;
}

/** The blocks `output` of a stack. */
export const outputBlocksOf = async (stack: string): Promise<readonly OutputBlock[]> => {
  const { files } = await readSourceModule(join(stacks, stack));
  return [...files.values()].flatMap((file) => {
    const outputs = memberOf(file, 'output');
    return Object.entries(isObject(outputs) ? outputs : {}).map(([name, bodies]) => ({
      name,
      sensitive: Array.isArray(bodies) && bodies.some((body) => memberOf(body, 'sensitive') === true),
    }));
  });
};
