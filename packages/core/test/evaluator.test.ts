import fc from 'fast-check';
import { bucketings, evaluatorIn, evaluatorOf, evaluatorText, sameEvaluator } from '../lib/evaluator.ts';

it('is read from its own word', () => {
  const number = fc.nat({ max: 9_999 });
  const version = fc.tuple(number, number, number).map((numbers) => numbers.join('.'));
  fc.assert(
    fc.property(fc.record({ version, bucketing: fc.constantFrom(...bucketings) }), (evaluator) => {
      expect(evaluatorIn(evaluatorText(evaluator))).toEqual(evaluator);
    }),
    { seed: 1 },
  );
});

it('is another one than the first where a later release has named it, and none only where nothing is named', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('9.9.9-v7', '5.0.0-rc.1-v2', '4.0.1', 'v2-4.0.1')), (text) => {
      const evaluator = evaluatorIn(text);
      expect(evaluator === undefined).toBe(text === '');
      expect(sameEvaluator(evaluatorOf({ evaluator }), evaluatorOf({}))).toBe(text === '' || text === '4.0.1-v2');
    }),
    { seed: 1 },
  );
  expect(evaluatorIn('9.9.9-v7')).toEqual({ version: '9.9.9', bucketing: 'v7' });
  expect(evaluatorIn('5.0.0-rc.1-v2')).toEqual({ version: '5.0.0-rc.1', bucketing: 'v2' });
});
