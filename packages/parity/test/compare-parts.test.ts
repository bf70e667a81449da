import { scalar } from '@flaghoist/plan-reading/tree';
import type { Workspace } from '@flaghoist/terraform/workspaces';
import type { Difference } from '../lib/compare/difference.ts';
import { compareParts } from '../lib/compare-parts.ts';

interface Planned {
  readonly environment: { readonly name: string };
  readonly workspace?: Workspace;
}

const planned = (name: string, part?: Workspace['part']): Planned =>
  part === undefined
    ? { environment: { name } }
    : {
        environment: { name },
        workspace: {
          name: `${name}-${part}`,
          environment: name,
          region: part,
          part,
          others: [],
          places: { environment: name, region: part, account: '', home: '', standby: '' },
        },
      };

const nameOf = ({ environment, workspace }: Planned): string => workspace?.name ?? environment.name;

/** Finds that all of them differ, and counts each of them once. */
const compareNames = (ofPart: readonly Planned[]) => {
  const difference: Difference = {
    path: 'name',
    instance: '',
    kind: 'value',
    values: ofPart.map((each) => scalar(nameOf(each))),
  };
  return {
    compared: ofPart.length,
    identical: 1,
    unknown: 2,
    differences: [difference],
    notCompared: [{ path: 'var.*', why: 'it is in no file' }],
    secrets: new Set(ofPart.map(nameOf)),
    environments: ofPart.map(nameOf),
  };
};

const shownValues = ({ values }: Difference) => values.map((tree) => (tree?.kind === 'scalar' ? tree.raw : undefined));

it('compares a stack that has one state for each environment as it is', () => {
  const compared = compareParts([planned('dev'), planned('prod')], compareNames);
  expect(compared.environments).toEqual(['dev', 'prod']);
  expect(compared.differences.map((each) => [each.part, shownValues(each)])).toEqual([[undefined, ['dev', 'prod']]]);
});

it('compares each part with the same part of the others, and says in which a difference is', () => {
  const all = (['home', 'standby', 'region'] as const).flatMap((part) => [planned('dev', part), planned('prod', part)]);
  const compared = compareParts(all, compareNames);
  expect(compared.differences.map((each) => [each.part, shownValues(each)])).toEqual([
    ['home', ['dev-home', 'prod-home']],
    ['standby', ['dev-standby', 'prod-standby']],
    ['region', ['dev-region', 'prod-region']],
  ]);
});

it('joins what comes of the parts: sums, all secrets and environments, and once what each of them says', () => {
  const all = (['home', 'region'] as const).flatMap((part) => [planned('dev', part), planned('prod', part)]);
  const { compared, identical, unknown, secrets, environments, notCompared } = compareParts(all, compareNames);
  expect({ compared, identical, unknown }).toEqual({ compared: 4, identical: 2, unknown: 4 });
  expect([...secrets]).toEqual(environments);
  expect(environments).toEqual(['dev-home', 'prod-home', 'dev-region', 'prod-region']);
  expect(notCompared).toEqual([{ path: 'var.*', why: 'it is in no file' }]);
});

it('leaves the place of an environment without such a part empty', () => {
  const all = [
    ...['dev', 'staging', 'prod'].map((name) => planned(name, 'home')),
    ...['dev', 'prod'].map((name) => planned(name, 'region')),
  ];
  const { differences } = compareParts(all, compareNames);
  expect(differences.map(shownValues)).toEqual([
    ['dev-home', 'staging-home', 'prod-home'],
    ['dev-region', undefined, 'prod-region'],
  ]);
});

it('does not pass over a part that one environment alone has: it says that nothing is compared with it', () => {
  const all = [planned('dev', 'home'), planned('prod', 'home'), planned('prod', 'region')];
  const { environments, notCompared } = compareParts(all, compareNames);
  expect(environments).toEqual(['dev-home', 'prod-home']);
  expect(notCompared).toContainEqual({
    path: 'the part region of prod',
    why: 'no other environment has such a region',
  });
});
