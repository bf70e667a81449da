import { large, largeText, twelveWrong, typical } from '../bench/envelopes.ts';
import { corpus } from '../bench/shared/corpus.ts';
import { prepare as prepareAjv } from '../bench/shared/engine-ajv.ts';
import { prepare as prepareJsonLogic } from '../bench/shared/engine-json-logic.ts';
import { prepare as prepareOurs } from '../bench/shared/engine-ours.ts';
import { prepare as prepareZod } from '../bench/shared/engine-zod.ts';
import { catalogued } from '../bench/shared/judge.ts';
import { sharedRules } from '../bench/shared/rules.ts';
import { validate } from '../lib/validate.ts';

const ours = prepareOurs();
const envelopes = corpus();
const verdicts = envelopes.map(([name, envelope]) => [name, envelope, ours(envelope).toSorted()] as const);

it('are at least 60 rules of the catalogue', () => {
  expect(sharedRules.length).toBeGreaterThanOrEqual(60);
  expect(catalogued.map(({ id }) => id).toSorted()).toEqual(sharedRules.map(({ id }) => id).toSorted());
});

it('are each broken by some envelope of the corpus and kept by others', () => {
  for (const { id } of sharedRules) {
    const breaking = verdicts.filter(([, , broken]) => broken.includes(id)).length;
    expect([id, breaking > 0, breaking < verdicts.length / 2]).toEqual([id, true, true]);
  }
});

it.each([
  ['ajv', prepareAjv],
  ['zod', prepareZod],
  ['json-logic-engine', prepareJsonLogic],
])('get the same verdicts from %s', (_name, prepare) => {
  const judge = prepare();
  const different = verdicts.flatMap(([name, envelope, wanted]) => {
    const found = judge(envelope).toSorted();
    return found.join() === wanted.join() ? [] : [{ name, wanted, found }];
  });
  expect(different).toEqual([]);
});

it('are timed on flags of which one breaks twelve of them and the others break no rule at all', () => {
  const found = validate(twelveWrong, ['change', 'standing']).violations.map(({ ruleId }) => ruleId);
  expect(new Set(found).size).toBe(12);
  expect(found).toHaveLength(12);
  expect(ours(twelveWrong).toSorted()).toEqual(found.toSorted());
  for (const envelope of [typical, large(), largeText()]) {
    expect(validate(envelope, ['change', 'standing']).violations).toEqual([]);
    expect(JSON.stringify(envelope.document).length).toBeLessThan(100 * 1024);
  }
});

it('are timed on large flags that nearly have the largest size', () => {
  for (const envelope of [large(), largeText()]) {
    expect(JSON.stringify(envelope.document).length).toBeGreaterThan(97 * 1024);
  }
});
