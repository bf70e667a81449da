import { evaluateFlag } from '../lib/evaluate-flag.ts';
import type { LoadedFlag } from '../lib/evaluator.ts';

/** A flag in an evaluator that answers so; each release carries another one. */
const answeredBy = (found: ReturnType<LoadedFlag['evaluate']>): ReturnType<typeof evaluateFlag> => {
  const flag = { state: 'ENABLED', variants: new Map([['on', true]]), metadata: {}, evaluate: () => found } as const;
  return evaluateFlag({ key: 'checkout', flag, values: new Map(), metadata: '', definition: '' }, {});
};

it('leaves the default to the caller where an evaluator names no variant, or one that the flag does not have', () => {
  for (const variant of [undefined, 'lost', 'constructor']) {
    expect(answeredBy({ variant, reason: 'TARGETING_MATCH' })).toEqual({
      errorCode: 'FLAG_NOT_FOUND',
      errorMessage: 'flag checkout has no variant for this caller: its default applies',
    });
  }
});

it('has a standard reason where an evaluator gives none, without which some clients fail', () => {
  expect(answeredBy({ variant: 'on' })).toEqual({ variant: 'on', reason: 'UNKNOWN' });
});

it('says why an evaluator failed, also where it does not say so itself', () => {
  expect(answeredBy({ errorCode: 'PARSE_ERROR', errorMessage: 'no rule' })).toEqual({
    ...{ errorCode: 'GENERAL', errorMessage: 'no rule' },
  });
  expect(answeredBy({ variant: 'on', errorCode: 'GENERAL' })).toEqual({
    ...{ errorCode: 'GENERAL', errorMessage: 'flag checkout has no answer' },
  });
});
