import { type Examples, exampleDocument, kill } from '../examples/envelope.ts';
import { isObject, own } from '../plain-object.ts';
import { show } from '../pointer.ts';
import type { AnyRule, Finding, Rule } from '../rule.ts';
import { fine } from '../rule.ts';
import { quoted, variantsOf } from './variants.ts';

const offNamed: Rule = {
  id: 'FH-KILL-01',
  title: 'The off variant is one of the variants',
  rationale: 'A kill serves it to everybody. In an incident it is too late to find out that there is none.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-VARIANT-01'],
  check: (subject) => {
    const { offVariant } = subject.envelope;
    const variants = variantsOf(subject);
    if (subject.document === null || (offVariant !== null && Object.hasOwn(variants, offVariant))) return fine;
    return [
      {
        pointer: '/offVariant',
        message: `The off variant is ${show(offVariant ?? undefined)}; expected one of ${quoted(Object.keys(variants))}.`,
        hint: 'Name the variant that is safe to serve to everybody.',
      },
    ];
  },
};

const servesOff: Rule = {
  id: 'FH-KILL-02',
  title: 'A killed flag serves its off variant to everybody',
  rationale:
    'A kill that leaves targeting in place, or that is DISABLED, still switches the feature on for some callers.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-DOC-02', 'FH-KILL-01'],
  check: ({ envelope, document }) => {
    if (document === null || envelope.flagState !== 'killed') return fine;
    const findings: Finding[] = [];
    const hint = 'Kill the flag through hoist, which makes the document so.';
    const found = own(document, 'defaultVariant');
    if (found !== envelope.offVariant) {
      const message = `The flag is killed and serves ${show(found)}; expected its off variant ${show(envelope.offVariant)}.`;
      findings.push({ pointer: '/document/defaultVariant', message, hint });
    }
    const targeting = own(document, 'targeting');
    if (targeting !== undefined && !(isObject(targeting) && Object.keys(targeting).length === 0)) {
      const message = 'The flag is killed and still has targeting; expected none.';
      findings.push({ pointer: '/document/targeting', message, hint });
    }
    if (own(document, 'state') === 'DISABLED') {
      const message = 'The flag is killed and DISABLED, so each caller gets its own default; expected "ENABLED".';
      findings.push({ pointer: '/document/state', message, hint });
    }
    return findings;
  },
};

export const killRules: readonly AnyRule[] = [offNamed, servesOff];

export const killExamples = (): Examples => ({
  'FH-KILL-01': { failing: { offVariant: 'disabled' }, passing: { offVariant: 'on' } },
  'FH-KILL-02': {
    failing: { ...kill, document: { ...kill.document, targeting: exampleDocument.targeting } },
    passing: { ...kill, document: { ...kill.document, targeting: {} } },
  },
});
