import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_POLICY, RETIRED_PARAMETERS } from '@flaghoist/rules/policy';
import { readFleet } from '../lib/fleet.ts';
import { bundledDirectory, policyNamed } from '../lib/policies.ts';

const folder = join(__dirname, '../../../fleet');
const names = readdirSync(join(folder, 'policies')).flatMap((file) => /^(.+\.v\d+)\.json$/.exec(file)?.[1] ?? []);
const { topology, environments, policies, people } = readFleet(folder);
const isPolicyOf = (environment: string, policy: string): boolean => policy.startsWith(`${environment}.v`);

describe('the policies that the functions carry', () => {
  it.each(names)('%s is found by its name, and is what its file says', (name) => {
    const { $schema: _editors, ...written } = policies.get(name)?.value ?? {};
    const left = Object.entries(written).filter(
      ([parameter]) => !RETIRED_PARAMETERS.some((gone) => gone === parameter),
    );
    expect(policyNamed(name)).toEqual(Object.fromEntries(left));
  });

  it('are named when somebody asks for another one', () => {
    expect(names.length).toBeGreaterThan(1);
    for (const wrong of ['default', 'default.v999', '__proto__', 'constructor', '']) {
      expect(() => policyNamed(wrong)).toThrow(expect.objectContaining({ code: 'FH_INVALID_INPUT' }));
      expect(() => policyNamed(wrong)).toThrow(names.join(', '));
    }
  });

  it('have in the newest default every parameter with its default', () => {
    const versions = names.filter((name) => isPolicyOf('default', name));
    for (const name of versions) {
      expect(policyNamed(name)).toEqual({ ...DEFAULT_POLICY, version: Number(name.slice('default.v'.length)) });
    }
    const newest = `default.v${versions.length}.json`;
    const stated: unknown = JSON.parse(readFileSync(join(folder, 'policies', newest), 'utf8'));
    expect(Object.keys(Object(stated)).sort()).toEqual(['$schema', ...Object.keys(DEFAULT_POLICY)].sort());
  });

  it('ask in all environments but the first what the one before has verified', () => {
    const order = environments.value.environments.map(({ name }) => name);
    expect(order.length).toBeGreaterThan(1);
    for (const [index, name] of order.entries()) {
      const versions = names.filter((policy) => isPolicyOf(name, policy)).map((policy) => policyNamed(policy));
      const newest = versions.toSorted((a, b) => a.version - b.version).at(-1);
      expect(newest?.promotionRequired).toBe(index > 0);
    }
  });
});

it('somebody may approve in every team that owns services', () => {
  const { people: listed, submitters } = people.value;
  expect(bundledDirectory()).toEqual({ people: listed, submitters });
  const reviewers = bundledDirectory().people.filter(({ roles, active }) => active && roles.includes('reviewer'));
  for (const owner of new Set(topology.value.services.map((service) => service.owner))) {
    expect(reviewers.some(({ teams }) => teams.includes(owner))).toBe(true);
  }
});
