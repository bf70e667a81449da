import { large } from './bounds.ts';
import { expectClean, expectFound } from './expectations.ts';
import { type MoveRules, moveModel, moveRules } from './home-move.ts';
import { moveWorlds } from './home-move-worlds.ts';

const worlds = moveWorlds(large);

it.each(Object.keys(worlds))('another region is made home (rule 17): %s', (name) => {
  const world = worlds[name];
  expect(world).toBeDefined();
  if (world !== undefined) expectClean(moveModel(moveRules, world));
});

const small = Object.entries(moveWorlds(false));
const found = (rules: Partial<MoveRules>, promise: string, where = 'an update that') =>
  expectFound(
    small.filter(([name]) => name.startsWith(where)).map(([, world]) => moveModel({ ...moveRules, ...rules }, world)),
    promise,
  );

interface Mutant {
  readonly name: string;
  readonly rules: Partial<MoveRules>;
  readonly breaks: string;
  /** How the world's name begins. */
  readonly where?: string;
}

const mutants: readonly Mutant[] = [
  {
    name: 'the new home numbers from CURRENT',
    rules: { numbersFromNewestRevision: false },
    breaks: 'an accepted kill is not lost',
    where: 'a kill',
  },
  {
    name: 'outcomes are forgotten by the move',
    rules: { rebuildsOutcomes: false },
    breaks: 'what the new home took over is not accepted again',
  },
  {
    name: 'every change is undecided after the move',
    rules: { rebuildsStates: false },
    breaks: 'what was taken back is not judged again',
  },
  {
    name: 'CURRENT is not put back',
    rules: { putsCurrentBack: false },
    breaks: 'nothing of the new epoch is lost',
    where: 'a kill',
  },
  { name: 'KNOWN_GOOD is not put back', rules: { putsKnownGoodBack: false }, breaks: 'known good does not go back' },
  {
    name: 'kills of the old epoch are only reported',
    rules: { killsAgain: false },
    breaks: 'an accepted kill is not lost',
    where: 'a kill',
  },
  {
    name: 'a kill is looked for in a CURRENT that is still to be put right',
    rules: { putsRightFirst: false },
    breaks: 'an accepted kill is not lost',
    where: 'a kill',
  },
];

describe('the model finds', () => {
  it.each(mutants)('$name', ({ rules, breaks, where }) => {
    expect(found(rules, breaks, where).schedule.join()).toContain('region 1 is made home');
  });
});

// Here the model asks for more than the words of rule 17, because what they allow breaks a promise.
it('the wording alone leaves open a change whose revert was replicated before its own REVISION', () => {
  const { schedule } = found({ rebuildsFromCauses: false }, 'what was taken back is not judged again');
  expect(schedule).toContain('REVISION 1.3 reaches region 1');
  expect(schedule).not.toContain('REVISION 1.2 reaches region 1');
  expect(schedule.at(-1)).toBe('region 1 accepts the update as 2.4, and its author is told');
});
