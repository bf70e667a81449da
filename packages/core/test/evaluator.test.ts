import { evaluatorIn, evaluatorText } from '../lib/evaluator.ts';

it('is read from its own word, and from nothing else', () => {
  const evaluator = { version: '4.0.1', bucketing: 'v2' } as const;
  expect(evaluatorIn(evaluatorText(evaluator))).toEqual(evaluator);
  for (const text of ['', '4.0.1', '4.0.1-v4', 'v2-4.0.1', '4.0-v2']) expect(evaluatorIn(text)).toBeUndefined();
});
