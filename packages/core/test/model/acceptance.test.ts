import { type AcceptanceRules, acceptanceModel, acceptanceRules } from './acceptance.ts';
import { acceptanceWorlds } from './acceptance-worlds.ts';
import { large } from './bounds.ts';
import { expectClean, expectFound } from './expectations.ts';

const worlds = acceptanceWorlds(large);

it.each(Object.keys(worlds))('how proposals end (rule 2), in every schedule of %s', (name) => {
  const world = worlds[name];
  expect(world).toBeDefined();
  if (world !== undefined) expectClean(acceptanceModel(acceptanceRules, world));
});

interface Mutant {
  readonly name: string;
  readonly rules: Partial<AcceptanceRules>;
  readonly breaks: string;
  /** How the world's name begins. */
  readonly where?: string;
}

const { judge } = acceptanceRules;

const mutants: readonly Mutant[] = [
  { name: 'outcomes are forgotten', rules: { outcomesAreKept: false }, breaks: 'nothing is accepted twice' },
  {
    name: 'accepting does not look for an outcome again',
    rules: { acceptingNeedsNoOutcome: false },
    breaks: 'nothing is accepted twice',
  },
  {
    name: 'refusing does not look for an outcome again',
    rules: { refusingNeedsNoOutcome: false },
    breaks: 'an outcome is never unsaid',
  },
  { name: 'outcomes are kept by id alone', rules: { outcomeKey: 'id' }, breaks: 'everybody hears of what he wrote' },
  {
    name: 'outcomes do not name what they answer',
    rules: { outcomeNamesContent: false },
    breaks: 'everybody hears of what he wrote',
  },
  { name: 'nothing looks for proposals without outcome', rules: { sweeps: false }, breaks: 'every proposal ends' },
  {
    name: 'a kill is accepted whatever came after it',
    rules: { judge: (question) => (question.kind === 'killed' ? 'accepted' : judge(question)) },
    breaks: 'an old kill does not undo a later restore',
    where: 'two kills',
  },
  {
    name: 'a kill that was overtaken is refused at any age',
    rules: {
      judge: (question) => (question.kind === 'killed' && question.overtaken ? 'conflict' : judge(question)),
    },
    breaks: 'a kill is refused only when it is old and overtaken',
    where: 'two kills',
  },
  {
    name: 'a kill expires by its age',
    rules: {
      judge: (question) => (question.kind === 'killed' && question.ageMinutes > 5 ? 'expired' : judge(question)),
    },
    breaks: 'a kill is refused only when it is old and overtaken',
  },
  {
    name: 'nothing expires',
    rules: {
      judge: (question) => judge({ ...question, ageMinutes: question.kind === 'killed' ? question.ageMinutes : 0 }),
    },
    breaks: 'only kills are accepted late',
  },
];

describe('the model finds', () => {
  it.each(mutants)('$name', ({ rules, breaks, where = '' }) => {
    const models = Object.entries(acceptanceWorlds(false))
      .filter(([name]) => name.startsWith(where))
      .map(([, world]) => acceptanceModel({ ...acceptanceRules, ...rules }, world));
    expect(expectFound(models, breaks).schedule.length).toBeGreaterThan(1);
  });
});

it('prints the shortest schedule of a finding, for a person to read', () => {
  const world = acceptanceWorlds(false)['a kill and a restore'];
  const models = world === undefined ? [] : [acceptanceModel({ ...acceptanceRules, sweeps: false }, world)];
  expect(expectFound(models, 'every proposal ends')).toEqual({
    promise: 'every proposal ends',
    detail: 'killed ada/k has no outcome, and nobody looks for it',
    schedule: ['killed ada/k is written, made against 1', 'the stream gives killed ada/k up'],
  });
});
