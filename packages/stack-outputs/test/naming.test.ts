import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOf, tagsOf } from '../lib/naming.ts';

interface SharedCases {
  readonly service: string;
  readonly environment_suffix: string;
  readonly cost_center: string;
  readonly owner: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly environment: string;
        readonly region: string;
        readonly type: 'dashboard' | 'parameter';
        readonly qualifier: string | null;
        readonly name: string;
      }
    >
  >;
}

/** The module naming proves the same cases: its test/shared.tftest.hcl. */
const shared: SharedCases = JSON.parse(
  readFileSync(
    join(__dirname, '..', '..', '..', 'infra-tf', 'lib', 'modules', 'naming', 'test', 'shared-cases.json'),
    'utf8',
  ),
);

const contextOf = ({ environment, region }: { readonly environment: string; readonly region: string }) => ({
  environment,
  region,
  service: shared.service,
  environmentSuffix: shared.environment_suffix,
  costCenter: shared.cost_center,
  owner: shared.owner,
});

it.each(Object.entries(shared.cases))('names %s as Terraform does', (_, { type, qualifier, name, ...place }) => {
  expect(nameOf(contextOf(place), { type, ...(qualifier === null ? {} : { qualifier }) })).toBe(name);
});

it('tags as Terraform does, but for who manages it', () => {
  expect(tagsOf(contextOf({ environment: 'blue', region: 'eu-west-1' }))).toEqual({
    ...shared.tags,
    'managed-by': 'pulumi',
  });
});
