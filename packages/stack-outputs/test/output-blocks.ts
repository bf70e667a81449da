import { join } from 'node:path';
import { isObject, memberOf } from '@flaghoist/core/json';
import { readSourceModule } from '@flaghoist/terraform/sources/module';

const stacks = join(__dirname, '..', '..', '..', 'infra-tf', 'lib', 'stacks');

export interface OutputBlock {
  readonly name: string;
  readonly sensitive: boolean;
}

/** What Terraform may mark when it runs, as `sensitive = local.secret`, counts as marked. */
const isSensitive = (body: unknown): boolean => {
  const mark = memberOf(body, 'sensitive');
  return mark !== undefined && mark !== false;
};

/** The blocks `output` in a folder of Terraform's sources. */
export const outputBlocksIn = async (directory: string): Promise<readonly OutputBlock[]> => {
  const { files } = await readSourceModule(directory);
  return [...files.values()].flatMap((file) => {
    const outputs = memberOf(file, 'output');
    return Object.entries(isObject(outputs) ? outputs : {}).map(([name, bodies]) => ({
      name,
      sensitive: [bodies].flat().some(isSensitive),
    }));
  });
};

/** The blocks `output` of a stack. */
export const outputBlocksOf = (stack: string): Promise<readonly OutputBlock[]> => outputBlocksIn(join(stacks, stack));
