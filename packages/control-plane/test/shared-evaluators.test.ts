import { type FlagdFile, flagsOf } from '../lib/flagd-file/flagd-file.ts';

const FLAGS = 100;

const usedByAll = (evaluators: Record<string, unknown>): FlagdFile => ({
  flags: Object.fromEntries(
    Array.from({ length: FLAGS }, (_, index) => [`shares.flag${index}`, { targeting: { $ref: 'first' } }]),
  ),
  $evaluators: evaluators,
});

it('looks through a shared evaluator no oftener for a hundred flags than for one', () => {
  let looks = 0;
  const large = {
    get if() {
      looks += 1;
      return [{ $ref: 'second' }];
    },
  };
  const { flags } = flagsOf(usedByAll({ first: large, second: { if: [{ $ref: 'first' }] }, third: 'on' }));
  expect(flags).toHaveLength(FLAGS);
  const namesOf = (index: number) => Object.keys(flags[index]?.source['$evaluators'] as object).sort();
  expect([namesOf(0), namesOf(1)]).toEqual([
    ['first', 'second', 'third'],
    ['first', 'second'],
  ]);
  // Sources are views of the file: making them reads nothing of an evaluator.
  expect(looks).toBeLessThan(5);
});

it('refuses an evaluator that is larger than a document may be, before it looks at any flag', () => {
  const answer = flagsOf(usedByAll({ first: 'x'.repeat(100 * 1024), second: 'on' }));
  expect(answer.flags).toEqual([]);
  expect(answer.problems).toMatchObject([{ ruleId: 'FH-LIMIT-02', pointer: '/$evaluators/first' }]);
});
