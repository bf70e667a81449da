import { large } from './bounds.ts';
import { expectClean, expectFound } from './expectations.ts';
import { type MembershipRules, membershipModel, membershipRules } from './membership.ts';

const worlds = [
  { moves: 5, troubles: 0 },
  { moves: large ? 8 : 5, troubles: large ? 3 : 1 },
];

it.each(worlds)('a service joins and drains (rule 8), $moves times, with $troubles troubles', (bounds) => {
  expectClean(membershipModel(membershipRules, bounds));
});

interface Mutant {
  readonly name: string;
  readonly rules: Partial<MembershipRules>;
  readonly breaks: string;
}

const mutants: readonly Mutant[] = [
  {
    name: 'a service serves before it is loaded',
    rules: { servesOnlyWhenLoaded: false, servesOnlyAfterACleanPass: false },
    breaks: 'who begins to serve has everything up to a clean pass',
  },
  {
    name: 'a service serves when it is loaded',
    rules: { servesOnlyAfterACleanPass: false },
    breaks: 'who begins to serve has everything up to a clean pass',
  },
  {
    name: 'a service is subscribed when it serves',
    rules: { subscribesFromJoiningOn: false },
    breaks: 'what is accepted while a service joins is on its way to it',
  },
  {
    name: 'who drained serves again at once',
    rules: { drainingJoinsAgain: false },
    breaks: 'who begins to serve has everything up to a clean pass',
  },
  {
    name: 'who drains is still expected',
    rules: { expects: (spread, atAcceptance) => membershipRules.expects(spread, atAcceptance, atAcceptance) },
    breaks: 'every change is verified in the end',
  },
];

describe('the model finds', () => {
  it.each(mutants)('$name', ({ rules, breaks }) => {
    const models = worlds.map((bounds) => membershipModel({ ...membershipRules, ...rules }, bounds));
    expect(expectFound(models, breaks).schedule.length).toBeGreaterThan(1);
  });
});
