import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { needsTerraform } from '../needs-terraform.ts';
import { applicationPlans, plansOf } from '../plans/read-plans.ts';

const { it } = needsTerraform();

const lib = join(__dirname, '../../lib');
const typesSchema = z.record(z.string(), z.array(z.string()));
const accessSchema = z.looseObject({ types: typesSchema, registry: z.looseObject({ types: typesSchema }) });
const { types, registry } = parseJson(
  accessSchema,
  readFileSync(join(lib, 'modules/deployment-role/access.json'), 'utf8'),
  {
    what: 'access.json',
    hint: 'It is a file of the module deployment-role.',
  },
);

const isOfAccount = (file: string): boolean =>
  /^(stacks\/(state-backend|account-access)|modules\/(deployment-role|module-registry))\//.test(file);

const typesIn = (files: readonly string[]): readonly string[] => {
  const texts = files.map((file) => readFileSync(join(lib, file), 'utf8'));
  const found = texts.flatMap((text) => [...text.matchAll(/^resource "(aws_\w+)"/gm)].map(([, type = '']) => type));
  return [...new Set(found)].sort();
};

/**
 * What the modules and stacks can make, also what no shipped environment switches on; of the account's own stacks nothing, nor of
 * what an organisation has once.
 */
const typesInSources = typesIn(
  globSync(['modules/*/*.tf', 'stacks/*/*.tf'], { cwd: lib }).filter((file) => !isOfAccount(file)),
);

it('lets the role that deploys make each type of resource in the plans of all stacks', () => {
  const planned = [
    applicationPlans(),
    ...['governance', 'region-foundation', 'flags-global', 'flags-region'].map(plansOf),
  ]
    .flat()
    .flatMap(({ resources }) => resources.map(({ type }) => type));
  expect([...new Set(planned)].filter((type) => !(type in types))).toEqual([]);
});

it('knows each type that the sources have, and none besides', () => {
  expect(Object.keys(types).sort()).toEqual(typesInSources);
});

it('knows apart what an organisation has once', () => {
  expect(Object.keys(registry.types).sort()).toEqual(typesIn(globSync('modules/module-registry/*.tf', { cwd: lib })));
});

it('lets it delete what it lets it make', () => {
  const makers = Object.entries({ ...types, ...registry.types }).filter(([, actions]) =>
    actions.some((action) => /:Create(?!Tags|Grant)/.test(action)),
  );
  const stays = makers.filter(
    ([, actions]) => !actions.some((action) => /:(Delete|Schedule|Release|Replace)/.test(action)),
  );
  expect(stays.map(([type]) => type)).toEqual([]);
});
