import { isObject, own } from '@flaghoist/core/json';
import {
  type Examples,
  exampleBefore,
  exampleCurrent,
  exampleDocument,
  kill,
  type Patch,
  requiring,
  withFacts,
} from '../examples/envelope.ts';
import type { Members } from '../members.ts';
import { saidText } from '../metadata.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, standing } from '../rule.ts';
import { valueDigestOf } from '../summary.ts';
import { oneOf, quoted, variantsOf } from './variants.ts';

const offNamed = standing({
  id: 'FH-KILL-01',
  title: 'The off variant is one of the variants',
  rationale: 'A kill serves it to everybody. In an incident it is too late to find out that there is none.',
  after: ['FH-VARIANT-01'],
  check: (subject) => {
    const { offVariant } = subject.envelope;
    const variants = variantsOf(subject);
    if (subject.document === null || (offVariant !== null && Object.hasOwn(variants, offVariant))) return fine;
    return [
      {
        pointer: '/offVariant',
        message: `The off variant is ${show(offVariant ?? undefined)}; ${oneOf(Object.keys(variants))}.`,
        hint: 'Name the variant that is safe to serve to everybody, as offVariant of the proposal or, in a file, in metadata.offVariant.',
      },
    ];
  },
});

const servesOff = standing({
  id: 'FH-KILL-02',
  title: 'A killed flag serves its off variant to everybody',
  rationale:
    'A kill that leaves targeting in place, or that is DISABLED, still switches the feature on for some callers.',
  after: ['FH-DOC-02', 'FH-KILL-01'],
  check: ({ envelope, document, definition }) => {
    if (document === null || envelope.flagState !== 'killed') return fine;
    const findings: Finding[] = [];
    const hint = 'Propose the change with the kind killed and without a document: the validator makes the document so.';
    const found = definition.defaultVariant;
    if (found !== envelope.offVariant) {
      const message = `The flag is killed and serves ${show(found)}; expected its off variant ${show(envelope.offVariant)}.`;
      findings.push({ pointer: '/document/defaultVariant', message, hint });
    }
    const { targeting } = definition;
    if (targeting !== undefined && !(isObject(targeting) && Object.keys(targeting).length === 0)) {
      const message = 'The flag is killed and still has targeting; expected none.';
      findings.push({ pointer: '/document/targeting', message, hint });
    }
    if (definition.state === 'DISABLED') {
      const message = 'The flag is killed and DISABLED, so each caller gets its own default; expected "ENABLED".';
      findings.push({ pointer: '/document/state', message, hint });
    }
    return findings;
  },
});

const offIsFalse = onChange({
  id: 'FH-KILL-03',
  title: 'The off variant of a boolean flag is false',
  rationale:
    'A kill that serves true switches something on. A flag that reads “disable …” is turned round by everybody who is in a hurry.',
  severity: 'warning',
  after: ['FH-KILL-01', 'FH-VARIANT-02'],
  check: (subject) => {
    const { offVariant } = subject.envelope;
    const value = offVariant === null ? undefined : own(variantsOf(subject), offVariant);
    if (typeof value !== 'boolean' || value === false) return fine;
    return broken(
      '/offVariant',
      'The off variant has the value true; expected false.',
      'Name the variant that is false.',
    );
  },
});

const keepsServing = onChange<'before' | 'current'>({
  id: 'FH-KILL-04',
  title: 'An update does not change what a killed flag serves',
  rationale:
    'While it is killed, everybody gets the off variant. Another value would be a change that nobody meant to make.',
  appliesTo: ['updated'],
  needs: ['before', 'current'],
  after: ['FH-LIMIT-01', 'FH-SAFE-03', 'FH-SAFE-04', 'FH-KILL-01', 'FH-KIND-02'],
  check: ({ envelope, document, facts: { before, current } }) => {
    if (current?.flagState !== 'killed' || before === null || before.offValue === null) return fine;
    if (valueDigestOf(document, envelope.offVariant) === before.offValue) return fine;
    return broken(
      envelope.offVariant === null ? '/offVariant' : pointerTo('document', 'variants', envelope.offVariant),
      `The flag is killed, and the value of ${show(envelope.offVariant)} is not the one that is served.`,
      'Restore the flag first, or leave the off variant as it is.',
    );
  },
});

const isSwitch = (metadata: Members): boolean => saidText(metadata, 'type') === 'kill-switch';

const switchIsBoolean = onChange({
  id: 'FH-KILL-05',
  title: 'A kill switch has two variants, true and false',
  rationale: 'Whoever pulls it at night must know what the other position is. A third one is a feature flag.',
  after: ['FH-VARIANT-02'],
  about: 'metadata',
  check: (subject) => {
    if (!isSwitch(subject.metadata)) return fine;
    const { values } = subject.variants;
    if (values.length === 2 && values.includes(true) && values.includes(false)) return fine;
    return broken(
      '/document/variants',
      `The variants are ${quoted(Object.keys(variantsOf(subject)))}; a flag with metadata.type "kill-switch" has one true and one false.`,
      'Reduce it to two booleans, or give it another type.',
    );
  },
});

const switchIsPlain = onChange({
  id: 'FH-KILL-06',
  title: 'A kill switch has no targeting',
  rationale:
    'A switch that evaluates rules can fail with them, and serves some callers what was switched off for the others.',
  after: ['FH-TARGET-01'],
  about: 'metadata',
  check: ({ definition: { targeting }, metadata }) => {
    if (!isSwitch(metadata)) return fine;
    if (!isObject(targeting) || Object.keys(targeting).length === 0) return fine;
    return broken(
      '/document/targeting',
      'A flag with metadata.type "kill-switch" has targeting; expected none.',
      'Put the targeting into a flag of its own, and let the service ask both.',
    );
  },
});

const nothing: readonly string[] = [];

const switchStandsAlone = onChange({
  id: 'FH-KILL-07',
  title: 'A kill switch has no prerequisites',
  rationale: 'It must work when everything else is broken, and so wait for nothing.',
  about: 'metadata',
  check: ({ envelope: { prerequisites = nothing }, metadata }) =>
    prerequisites.length > 0 && isSwitch(metadata)
      ? broken(
          '/prerequisites',
          `A flag with metadata.type "kill-switch" waits for ${quoted(prerequisites)}; expected nothing.`,
          'Take the prerequisites out.',
        )
      : fine,
});

const pulledByKill = onChange({
  id: 'FH-KILL-08',
  title: 'A kill switch is pulled by a kill, not by an update',
  rationale:
    'A kill needs no paperwork, outlives later updates and is never taken back by itself. An update that serves the off variant has none of that. That it is not DISABLED either is FH-DOC-11.',
  after: ['FH-VARIANT-03', 'FH-KILL-01'],
  about: 'metadata',
  check: ({ envelope: { offVariant, flagState }, document, definition, metadata }) => {
    if (document === null || flagState !== 'live' || !isSwitch(metadata)) return fine;
    if (definition.defaultVariant !== offVariant) return fine;
    return broken(
      '/document/defaultVariant',
      `A flag with metadata.type "kill-switch" serves its off variant ${show(offVariant)} without being killed.`,
      'Kill the flag to pull the switch; serve the other variant while it is not pulled.',
    );
  },
});

export const standingRules: readonly AnyRule[] = [offNamed, servesOff];
export const changeRules: readonly AnyRule[] = [
  offIsFalse,
  keepsServing,
  switchIsBoolean,
  switchIsPlain,
  switchStandsAlone,
  pulledByKill,
];

const killSwitch = (members: Record<string, unknown>): Patch => ({
  document: {
    ...kill.document,
    defaultVariant: 'on',
    metadata: { type: 'kill-switch', reviewBy: '2026-01-31' },
    ...members,
  },
});

/** A flag killed when its off variant was 0. */
const numericKilled = (off: number): Patch => ({
  ...withFacts({
    current: { ...exampleCurrent, flagState: 'killed' },
    before: { ...exampleBefore, type: 'number', offValue: valueDigestOf({ variants: { off: 0 } }, 'off') },
  }),
  flagState: 'killed',
  document: { state: 'ENABLED', variants: { on: 10, off }, defaultVariant: 'off' },
});

const waiting = (type: string): Patch => ({
  ...requiring(),
  ...killSwitch({ metadata: { type, reviewBy: '2026-01-31' } }),
});

export const examples = (): Examples => ({
  'FH-KILL-01': { failing: { offVariant: 'disabled' }, passing: { offVariant: 'off' } },
  'FH-KILL-02': {
    failing: { ...kill, document: { ...kill.document, targeting: exampleDocument.targeting } },
    passing: { ...kill, document: { ...kill.document, targeting: {} } },
  },
  'FH-KILL-03': { failing: { offVariant: 'on' }, passing: { offVariant: 'off' } },
  'FH-KILL-04': { failing: numericKilled(1), passing: numericKilled(0) },
  'FH-KILL-05': {
    failing: killSwitch({ variants: { on: true, off: false, dim: false } }),
    passing: killSwitch({}),
  },
  'FH-KILL-06': {
    failing: killSwitch({ targeting: exampleDocument.targeting }),
    passing: killSwitch({ targeting: {} }),
  },
  'FH-KILL-07': { failing: waiting('kill-switch'), passing: waiting('ops') },
  'FH-KILL-08': { failing: killSwitch({ defaultVariant: 'off' }), passing: killSwitch({ defaultVariant: 'on' }) },
});
