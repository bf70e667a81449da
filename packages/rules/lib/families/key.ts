import type { Examples } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, fine, standing } from '../rule.ts';

const words = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

export const keyRules: readonly AnyRule[] = [
  standing({
    id: 'FH-KEY-01',
    title: 'A flag key is made of words joined by single separators',
    rationale:
      'Keys stand in code, logs and dashboards of 156 services; `pay--now` and `pay-now.` are read as `pay-now`.',
    check: ({ envelope: { flagKey } }) =>
      flagKey.length <= 128 && words.test(flagKey)
        ? fine
        : [
            {
              pointer: '/flagKey',
              message: `The key is ${show(flagKey)}; expected at most 128 small letters and digits, in words joined by one dot, dash or underscore.`,
              hint: 'Choose a key such as checkout.new-payment-form.',
            },
          ],
  }),
];

export const keyExamples = (): Examples => ({
  'FH-KEY-01': { failing: { flagKey: 'checkout--form' }, passing: { flagKey: 'checkout-form' } },
});
