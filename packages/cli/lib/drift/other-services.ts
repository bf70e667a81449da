import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readHcl } from '@flaghoist/stack-outputs/hcl';
import * as z from 'zod/mini';

const inputsSchema = z.looseObject({ service: z.optional(z.string()) });

/**
 * What the other stacks write into the tag `service` of what they make in an environment: what its tfvars say, and where a stack has none
 * in the sources, its name.
 *
 * @param sources the folder `infra-tf/lib`
 * @throws {InvalidInputError} naming the tfvars that nobody can read
 */
export const otherServices = async (
  environment: string,
  { sources, root }: { readonly sources: string; readonly root: string },
): Promise<ReadonlySet<string>> => {
  const stacks = join(sources, 'stacks');
  const others = readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && resolve(stacks, entry.name) !== root)
    .map(async ({ name }) => {
      const file = join(stacks, name, 'environments', `${environment}.tfvars`);
      return existsSync(file)
        ? (await readHcl(file, inputsSchema, 'Mend it, or look without the sources of other stacks: --root.')).service
        : name;
    });
  return new Set((await Promise.all(others)).filter((service) => service !== undefined));
};
