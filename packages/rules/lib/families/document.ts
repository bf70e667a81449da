import { archival, type Examples, withDocument } from '../examples/envelope.ts';
import { isObject, own } from '../plain-object.ts';
import { show } from '../pointer.ts';
import type { AnyRule, Rule } from '../rule.ts';
import { fine } from '../rule.ts';

const tombstone: Rule = {
  id: 'FH-DOC-01',
  title: 'An archived flag has no document, every other has one',
  rationale: 'A tombstone deletes the flag in 1,872 caches. That may only happen to a flag that somebody archived.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: [],
  check: ({ envelope: { flagState, document } }) => {
    const wrong = flagState === 'archived' ? document !== null : document === null;
    if (!wrong) return fine;
    return [
      {
        pointer: '/document',
        message: `The flag is ${flagState} and its document is ${show(document)}.`,
        hint: 'Archive a flag to remove it; leave its document out only then.',
      },
    ];
  },
};

const present: Rule = {
  id: 'FH-DOC-02',
  title: 'The document is a flag definition',
  rationale: 'Everything else is looked up in it. An empty document makes every service fall back on its own default.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-DOC-01'],
  check: ({ document }) => {
    if (document === null || (isObject(document) && Object.keys(document).length > 0)) return fine;
    return [
      {
        pointer: '/document',
        message: `The document is ${isObject(document) ? 'empty' : show(document)}; expected a flagd flag definition.`,
        hint: 'Give the document, with state, variants and defaultVariant.',
      },
    ];
  },
};

const state: Rule = {
  id: 'FH-DOC-03',
  title: 'The state is ENABLED or DISABLED',
  rationale: 'flagd requires it, but its loader only logs at debug level when it is missing, and then drops the flag.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-DOC-02'],
  check: ({ document }) => {
    if (document === null) return fine;
    const found = own(document, 'state');
    if (found === 'ENABLED' || found === 'DISABLED') return fine;
    return [
      {
        pointer: '/document/state',
        message: `The state is ${show(found)}; expected "ENABLED" or "DISABLED".`,
        hint: 'Set state to ENABLED. To switch a flag off everywhere, kill it: DISABLED hands each caller its own default.',
      },
    ];
  },
};

export const documentRules: readonly AnyRule[] = [tombstone, present, state];

export const documentExamples = (): Examples => ({
  'FH-DOC-01': { failing: { document: null }, passing: archival },
  'FH-DOC-02': { failing: { document: {} }, passing: withDocument({}) },
  'FH-DOC-03': { failing: withDocument({ state: 'enabled' }), passing: withDocument({ state: 'DISABLED' }) },
});
