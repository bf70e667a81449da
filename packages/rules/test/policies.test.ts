import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTopology } from '@flaghoist/core/topology';
import environmentsFile from '../../../infra-tf/lib/environments.json' with { type: 'json' };
import topologyFile from '../../../topology.json' with { type: 'json' };
import { parseDirectory, peopleConcerned } from '../lib/directory.ts';
import { exampleEnvelope, withPolicy } from '../lib/examples/envelope.ts';
import { bundledDirectory, policyNamed } from '../lib/policies.ts';
import { DEFAULT_POLICY, parsePolicy } from '../lib/policy.ts';
import type { Validation } from '../lib/run-rules.ts';
import { validate } from '../lib/validate.ts';

const folder = join(__dirname, '../policies');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const names = readdirSync(folder).flatMap((file) => /^(.+\.v\d+)\.json$/.exec(file)?.[1] ?? []);
const topology = parseTopology(JSON.stringify(topologyFile));

const frozen = (otherwise: object): string =>
  JSON.stringify({
    freezes: [{ name: 'Year end', from: '2026-12-24T00:00Z', to: '2026-12-27T00:00Z', ...otherwise }],
  });

describe('a policy file', () => {
  it('of the default names every parameter with its default', () => {
    const text = read('default.v1.json');
    expect(parsePolicy(text)).toEqual(DEFAULT_POLICY);
    expect(Object.keys(JSON.parse(text)).sort()).toEqual(['$schema', ...Object.keys(DEFAULT_POLICY)].sort());
  });

  it('names what it changes; the rest has its default', () => {
    expect(parsePolicy('{"version":2,"approvalsRequired":2}')).toEqual({
      ...DEFAULT_POLICY,
      version: 2,
      approvalsRequired: 2,
    });
  });

  it.each([
    ['an unknown parameter', '{"aprovalsRequired":2}', 'aprovalsRequired'],
    [
      'an unknown member of a parameter',
      '{"freezes":[{"name":"x","from":"2026-12-24T00:00Z","to":"2026-12-27T00:00Z","owner":"y"}]}',
      'owner',
    ],
    ['an unknown member of a namespace', '{"keyNamespaces":[{"prefix":"pay","owner":"y","team":"z"}]}', 'team'],
    ['a value of another type', '{"maxVariants":"50"}', 'maxVariants'],
    ['a value out of range', '{"maxRolloutStepPercent":101}', 'maxRolloutStepPercent'],
    ['a freeze that ends before it begins', frozen({ to: '2026-12-23T00:00Z' }), '/freezes'],
    ['a freeze on a day that there is not', frozen({ from: '2026-02-30T00:00Z' }), '/freezes'],
    [
      'an exception at an hour that there is not',
      frozen({ exceptions: [{ ticket: 'CHG-1', approvedBy: 'noor', until: '2026-12-24T29:00Z' }] }),
      '/freezes',
    ],
    [
      'more than a message should carry',
      JSON.stringify({ contextAttributes: Array.from({ length: 900 }, (_, index) => `some-attribute-${index}`) }),
      '16384 bytes',
    ],
    ['no JSON', '{version:1}', 'not JSON'],
    ['no object', '[]', 'expected object'],
  ])('with %s is refused by its name', (_case, text, named) => {
    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'FH_INVALID_INPUT' }));
    expect(() => parsePolicy(text)).toThrow(named);
  });
});

describe('the policies of this release', () => {
  it.each(names)('%s is found by its name, and is what its file says', (name) => {
    expect(policyNamed(name)).toEqual(parsePolicy(read(`${name}.json`)));
    expect(name).toMatch(new RegExp(`\\.v${policyNamed(name).version}$`));
  });

  it('are named when somebody asks for another one', () => {
    expect(names.length).toBeGreaterThan(1);
    for (const wrong of ['default', 'default.v999', '__proto__', 'constructor', '']) {
      expect(() => policyNamed(wrong)).toThrow(expect.objectContaining({ code: 'FH_INVALID_INPUT' }));
      expect(() => policyNamed(wrong)).toThrow(names.join(', '));
    }
  });

  it.each(names)('%s knows the residencies that the topology names, and all its owners', (name) => {
    const { residencies, teams } = policyNamed(name);
    if (residencies.length === 0) return;
    const known = residencies.map((residency) => residency.name);
    const { services, regions } = topology;
    expect(services.flatMap((service) => service.residencies ?? []).filter((each) => !known.includes(each))).toEqual(
      [],
    );
    expect(services.map(({ owner }) => owner).filter((owner) => !teams.includes(owner))).toEqual([]);
    expect(residencies.flatMap((residency) => residency.regions).sort()).toEqual(
      regions.map((each) => each.name).sort(),
    );
  });
});

describe('the environments', () => {
  const { environments } = environmentsFile;
  const order = environments.map(({ name }) => name);

  it('have a policy each, which knows their order as environments.json has it', () => {
    for (const [index, { name, upstream }] of environments.entries()) {
      expect(upstream).toBe(order[index - 1] ?? null);
      expect(names.filter((policy) => policy.startsWith(`${name}.v`))).not.toEqual([]);
    }
    for (const name of names) expect([[], order]).toContainEqual(policyNamed(name).environments);
  });

  it('all but the first ask what the one before has verified', () => {
    for (const [index, name] of order.entries()) {
      const newest = names.filter((policy) => policy.startsWith(`${name}.v`)).at(-1) ?? '';
      expect(policyNamed(newest).promotionRequired).toBe(index > 0);
    }
  });
});

describe('a policy that is given beside an envelope', () => {
  const stricter = { ...DEFAULT_POLICY, version: 9, approvalsRequired: 1 };
  const lenient = exampleEnvelope();
  const strict = exampleEnvelope(withPolicy({ approvalsRequired: 1 }));
  const idsOf = ({ violations }: Validation): string[] => violations.map(({ ruleId }) => ruleId);

  it('is the one that counts, and the envelope stays as it was sealed', () => {
    const before = JSON.stringify(lenient);
    expect(validate(lenient, ['change']).violations).toEqual([]);
    expect(idsOf(validate(lenient, ['change'], stricter))).toEqual(['FH-APPROVE-01']);
    expect(idsOf(validate(strict, ['change']))).toEqual(['FH-APPROVE-01']);
    expect(idsOf(validate(strict, ['change'], DEFAULT_POLICY))).toEqual([]);
    expect(JSON.stringify(lenient)).toBe(before);
  });

  it.each(['null', '7', '"x"', '[]', '{}', '{"evidence":7}'])('makes nothing throw: %s', (text) => {
    expect(validate(JSON.parse(text), ['change', 'standing'], stricter).violations.length).toBeGreaterThan(0);
  });
});

describe('the directory', () => {
  it('of this release has somebody who may approve in every team that owns services', () => {
    const reviewers = bundledDirectory().filter(({ roles, active }) => active && roles.includes('reviewer'));
    for (const owner of new Set(topology.services.map((service) => service.owner))) {
      expect(reviewers.some(({ teams }) => teams.includes(owner))).toBe(true);
    }
  });

  it.each([
    ['somebody twice', { people: [{ actor: 'mia' }, { actor: 'Mia ' }] }, '/people: names somebody twice'],
    ['an unknown member', { people: [{ actor: 'mia', role: 'risk' }] }, 'role'],
    ['nobody at all as actor', { people: [{ actor: '' }] }, '/people/0/actor'],
    ['a role that is no list', { people: [{ actor: 'mia', roles: 'risk' }] }, '/people/0/roles'],
  ])('with %s is refused', (_wrong, file, says) => {
    expect(() => parseDirectory(JSON.stringify(file))).toThrow(says);
  });

  it('tells of those who made and approved a change, and of nobody else', () => {
    const directory = parseDirectory(
      JSON.stringify({ people: [{ actor: 'mia' }, { actor: 'Noor', roles: ['risk'] }, { actor: 'ole' }] }),
    );
    const approvals = [{ actor: 'noor ' }, { actor: 'stranger' }];
    expect(peopleConcerned(directory, { actor: 'MIA', approvals }).map(({ actor }) => actor)).toEqual(['mia', 'Noor']);
    expect(peopleConcerned(directory, { actor: 'ole' })).toEqual([
      { actor: 'ole', teams: [], roles: [], human: true, active: true },
    ]);
  });
});
