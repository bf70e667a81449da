import { parseDirectory, peopleConcerned } from '../lib/directory.ts';
import { exampleEnvelope, withPolicy } from '../lib/examples/envelope.ts';
import { DEFAULT_POLICY, readPolicy } from '../lib/policy.ts';
import type { Validation } from '../lib/run-rules.ts';
import { validate } from '../lib/validate.ts';

const frozen = (otherwise: object): string =>
  JSON.stringify({
    freezes: [{ name: 'Year end', from: '2026-12-24T00:00Z', to: '2026-12-27T00:00Z', ...otherwise }],
  });

describe('a policy file', () => {
  it('names what it changes; the rest has its default', () => {
    expect(readPolicy({ version: 2, approvalsRequired: 2 })).toEqual({
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
    ['no object', '[]', 'expected object'],
  ])('with %s is refused by its name', (_case, text, named) => {
    expect(() => readPolicy(JSON.parse(text))).toThrow(expect.objectContaining({ code: 'FH_INVALID_INPUT' }));
    expect(() => readPolicy(JSON.parse(text))).toThrow(named);
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

const role = 'AROAPRDAUTHOREXAMPLE3';
const otherRole = 'AROAPRDAUTHOREXAMPLE4';
const withPrincipals = (...principals: object[]) => ({ people: [{ actor: 'mia', principals }] });
const twoPeople = (second: object) => ({
  people: [
    { actor: 'mia', principals: [{ role, session: 'mia' }] },
    { actor: 'ole', principals: [second] },
  ],
});
const submitterOf = (principal: object, submits: string[] = ['approval']) => ({
  ...withPrincipals({ role, session: 'mia' }),
  submitters: [{ name: 'console', principals: [principal], submits }],
});

describe('the directory', () => {
  it.each([
    ['somebody twice', { people: [{ actor: 'mia' }, { actor: 'Mia ' }] }, '/people/1/actor: the name is there twice'],
    ['an unknown member', { people: [{ actor: 'mia', role: 'risk' }] }, 'role'],
    ['nobody at all as actor', { people: [{ actor: '' }] }, '/people/0/actor'],
    ['a role that is no list', { people: [{ actor: 'mia', roles: 'risk' }] }, '/people/0/roles'],
    [
      'a role by its name',
      withPrincipals({ role: 'flag-author', session: 'mia' }),
      '/people/0/principals/0/role: must be',
    ],
    [
      'a wildcard for a role',
      withPrincipals({ role: 'AROA*', session: 'mia' }),
      '/people/0/principals/0/role: must be',
    ],
    [
      'a wildcard for a session',
      withPrincipals({ role, session: '*' }),
      'principals/0/session: must be one whole session name',
    ],
    ['a part of a session', withPrincipals({ role, session: 'mia?' }), 'principals/0/session: must be one whole'],
    ['a machine without an account', withPrincipals({ role: 'local', session: 'mia' }), 'principals/0/role: must be'],
    [
      'a principal twice',
      withPrincipals({ role, session: 'mia' }, { role, session: 'mia' }),
      'principals/1/session: the principal is there twice',
    ],
    [
      'a session in two spellings',
      withPrincipals({ role, session: 'mia' }, { role: otherRole, session: 'Mia' }),
      'must differ in more than case',
    ],
    [
      'a principal of two people',
      twoPeople({ role, session: 'mia' }),
      '/people/1/principals/0/session: the principal is that of mia already',
    ],
    [
      'sessions of two people that differ in case',
      twoPeople({ role, session: 'MIA' }),
      '/people/1/principals/0/session: mia has the session "mia" already',
    ],
    [
      'a session of two people under two roles',
      twoPeople({ role: otherRole, session: 'mia' }),
      'mia has the session "mia" already',
    ],
    [
      'a submitter under a person’s principal',
      submitterOf({ role, session: 'mia' }),
      '/submitters/0/principals/0/session: the principal is that of mia',
    ],
    [
      'a submitter that may submit nothing',
      submitterOf({ role: otherRole, session: 'console' }, []),
      '/submitters/0/submits',
    ],
    [
      'a submitter that may submit what there is not',
      submitterOf({ role: otherRole, session: 'console' }, ['rolled-back']),
      '/submitters/0/submits/0',
    ],
    [
      'a submitter without a principal',
      { people: [], submitters: [{ name: 'console', principals: [], submits: ['approval'] }] },
      '/submitters/0/principals',
    ],
  ])('with %s is refused', (_wrong, file, says) => {
    expect(() => parseDirectory(JSON.stringify(file))).toThrow(says);
  });

  it('may have one person under several roles, with one session', () => {
    const file = withPrincipals({ role, session: 'mia' }, { role: otherRole, session: 'mia' });
    expect(parseDirectory(JSON.stringify(file)).people[0]?.principals).toHaveLength(2);
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
