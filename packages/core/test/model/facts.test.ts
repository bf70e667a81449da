import { expectClean, expectFound } from './expectations.ts';
import { type FactsRules, factsModel, factsRules } from './facts.ts';
import { factsWorlds } from './facts-worlds.ts';

const worldsUnder = (rules: Partial<FactsRules>) =>
  Object.values(factsWorlds).map((world) => factsModel({ ...factsRules, ...rules }, world));

it.each(Object.keys(factsWorlds))('facts about other flags are conditions (rule 3): %s', (name) => {
  const world = factsWorlds[name];
  expect(world).toBeDefined();
  if (world !== undefined) expectClean(factsModel(factsRules, world));
});

interface Mutant {
  readonly name: string;
  readonly rules: Partial<FactsRules>;
  readonly breaks: readonly string[];
}

const mutants: readonly Mutant[] = [
  {
    name: 'facts are read and not conditions',
    rules: { factsAreConditions: false },
    breaks: ['needs do not go round in a circle', 'no live flag needs a dead one'],
  },
  {
    name: 'checks without the counter',
    rules: { counterIsCondition: false },
    breaks: ['no live flag needs a dead one', 'every service that has a flag has what it needs'],
  },
  {
    name: 'the set is read before the counter',
    rules: { counterIsReadWithSet: false },
    breaks: ['no live flag needs a dead one'],
  },
  {
    name: 'reverts look at no other flag',
    rules: { revertsMeetConditions: false },
    breaks: ['no live flag needs a dead one', 'needs do not go round in a circle'],
  },
  { name: 'look-alikes do not meet', rules: { lookalikesMeet: false }, breaks: ['no two live flags look alike'] },
  {
    name: 'a kill is conditioned on the counter',
    rules: { killsLookAway: false },
    breaks: ['no other flag makes a kill wait'],
  },
];

describe('the model finds', () => {
  it.each(mutants)('$name', ({ rules, breaks }) => {
    for (const promise of breaks) expect(expectFound(worldsUnder(rules), promise).schedule.length).toBeGreaterThan(3);
  });
});

// In these places the model asks for more than the words of rule 3, because what they allow breaks a promise.
describe('the wording alone leaves open', () => {
  it('a revert that closes a circle: only one that leaves a live flag needing a dead one is held', () => {
    const { schedule } = expectFound(worldsUnder({ revertsMeetCircles: false }), 'needs do not go round in a circle');
    expect(schedule.at(-1)).toBe('the revert of b is accepted');
  });

  it('a narrower audience under a flag that needs this one: only archiving is conditioned on the counter', () => {
    const { schedule } = expectFound(
      worldsUnder({ narrowingMeetsNeeded: false }),
      'every service that has a flag has what it needs',
    );
    expect(schedule.at(-1)).toBe('"base narrow" is accepted');
  });
});
