import { digestOf } from '@flaghoist/core/canonical-json';
import { own } from '@flaghoist/core/json';
import type { Examples } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { hint, needs, ofVerified, verified } from './promotion.ts';
import { quoted } from './variants.ts';

const sameVariants = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-04',
  title: 'The variants are those that were verified before',
  rationale:
    'Targeting may differ between environments, values may not: a value that is first met in production is untested there.',
  needs,
  after: ['FH-LIMIT-01', 'FH-SAFE-03', 'FH-SAFE-04', 'FH-PROMOTE-03', 'FH-VARIANT-01'],
  check: (subject) =>
    ofVerified(subject, ({ variantsDigest }, environment) =>
      subject.document === null || digestOf(own(subject.document, 'variants')) === variantsDigest
        ? fine
        : broken(
            '/document/variants',
            `Names or values differ from those that ${show(environment)} has verified.`,
            hint,
          ),
    ),
});

const sameDocument = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-05',
  title: 'Where the policy says so, the whole document is the one that was verified before',
  rationale: 'For the strictest environments: the bytes that were tested are the bytes that are released.',
  needs,
  after: ['FH-PROMOTE-04'],
  check: (subject) =>
    subject.facts.policy.promotionIdentical
      ? ofVerified(subject, ({ documentDigest }, environment) =>
          subject.envelope.documentDigest === documentDigest
            ? fine
            : broken(
                '/document',
                `The document's digest is ${subject.envelope.documentDigest.slice(0, 12)}…; ${show(environment)} has verified ${documentDigest.slice(0, 12)}….`,
                hint,
              ),
        )
      : fine,
});

const sameOff = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-06',
  title: 'The off variant is the one that was verified before',
  rationale:
    'A kill is rehearsed in the environment before. With another off variant it was something else that was rehearsed.',
  needs,
  after: ['FH-PROMOTE-03', 'FH-KILL-01'],
  check: (subject) =>
    ofVerified(subject, ({ offVariant }, environment) =>
      subject.envelope.offVariant === offVariant
        ? fine
        : broken(
            '/offVariant',
            `The off variant is ${show(subject.envelope.offVariant)}; in ${show(environment)} it is ${show(offVariant)}.`,
            hint,
          ),
    ),
});

const sameServices = onChange<'policy' | 'upstream'>({
  id: 'FH-PROMOTE-07',
  title: 'Every service that gets the flag here has had it before',
  rationale: 'A service that never met the flag in the environment before runs code for it that nobody has tried.',
  needs,
  after: ['FH-PROMOTE-03'],
  check: (subject) =>
    ofVerified(subject, ({ audience: before }, environment) => {
      const { audience } = subject.envelope;
      if (before === '*') return fine;
      const had = new Set(before);
      const unseen = audience === '*' ? ['*'] : audience.filter((service) => !had.has(service));
      if (unseen.length === 0) return fine;
      const whom = audience === '*' ? 'everybody' : quoted(unseen);
      return broken('/audience', `Here it goes to ${whom}; in ${show(environment)} only to ${quoted(before)}.`, hint);
    }),
});

/** What is promoted is what was verified. */
export const changeRules: readonly AnyRule[] = [sameVariants, sameDocument, sameOff, sameServices];

export const examples = (): Examples => ({
  'FH-PROMOTE-04': {
    failing: verified({ variantsDigest: digestOf({ on: true }) }),
    passing: verified({ documentDigest: digestOf({}) }),
  },
  'FH-PROMOTE-05': {
    failing: verified({ documentDigest: digestOf({}) }, { promotionIdentical: true }),
    passing: verified({}, { promotionIdentical: true }),
  },
  'FH-PROMOTE-06': { failing: verified({ offVariant: 'on' }), passing: verified({ offVariant: 'off' }) },
  'FH-PROMOTE-07': { failing: verified({ audience: ['cards'] }), passing: verified({ audience: '*' }) },
});
