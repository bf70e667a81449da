import type { Envelope } from '@flaghoist/core/envelope';
import { parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { isObject } from '@flaghoist/core/json';
import fc from 'fast-check';
import { allRules } from '../lib/catalogue.ts';
import { exampleEnvelope } from '../lib/examples/envelope.ts';
import { examples } from '../lib/examples/examples.ts';
import type { AnyRule } from '../lib/rule.ts';
import { runRules, type Validation } from '../lib/run-rules.ts';
import { validate } from '../lib/validate.ts';
import { revisionsOf } from './flags/history.ts';
import { operations } from './flags/operations.ts';
import { releases } from './flags/releases.ts';
import { values } from './flags/values.ts';

const phases = ['change', 'standing'] as const;
const judge = (envelope: Envelope, rules: readonly AnyRule[] = allRules): Validation =>
  runRules(rules, envelope, phases);

const real = Object.entries({ ...releases, ...operations, ...values }).flatMap(([key, steps]) =>
  revisionsOf(key, steps),
);
const broken = Object.values(examples).map(({ failing }) => exampleEnvelope(failing));
/** Envelopes that some rule refuses, and envelopes that none does. */
const anyEnvelope = fc.constantFrom(...broken, ...real);
/** Those that break several rules at once: an example's document in another example's envelope. */
const mixed = fc
  .tuple(fc.constantFrom(...broken), anyEnvelope)
  .map(([one, other]): Envelope => ({ ...other, document: one.document, flagKey: one.flagKey, owner: one.owner }));

it('gives the same answer as often as it is asked, and changes nothing that it reads', () => {
  fc.assert(
    fc.property(fc.oneof(anyEnvelope, mixed), (envelope) => {
      const before = JSON.stringify(envelope);
      const first = judge(envelope);
      expect(judge(envelope)).toEqual(first);
      expect(JSON.stringify(envelope)).toBe(before);
    }),
    { numRuns: 300 },
  );
});

/** Another order in which each rule still comes after those it builds on. */
const reordered = (rules: readonly AnyRule[], priorities: readonly number[]): readonly AnyRule[] => {
  const pending = rules.map((rule, index) => ({ rule, priority: priorities[index] ?? 0 }));
  pending.sort((a, b) => a.priority - b.priority);
  const placed = new Set<string>();
  const order: AnyRule[] = [];
  while (pending.length > 0) {
    const next = pending.findIndex(({ rule }) => rule.after.every((id) => placed.has(id)));
    const [found] = pending.splice(next, 1);
    if (found === undefined) throw new Error('the rules build on each other in a circle');
    placed.add(found.rule.id);
    order.push(found.rule);
  }
  return order;
};

it('does not depend on the order of the rules', () => {
  const priorities = fc.array(fc.nat(1_000), { minLength: allRules.length, maxLength: allRules.length });
  fc.assert(
    fc.property(fc.oneof(anyEnvelope, mixed), priorities, (envelope, given) => {
      expect(judge(envelope, reordered(allRules, given))).toEqual(judge(envelope));
    }),
    { numRuns: 200 },
  );
});

/** The same JSON with the members of every object in another order. */
const shuffled = (value: unknown, chance: () => number): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, chance));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => ({
    entry: [name, shuffled(member, chance)] as const,
    place: chance(),
  }));
  return Object.fromEntries(members.sort((a, b) => a.place - b.place).map(({ entry }) => entry));
};

it('does not depend on how the JSON is written: order of members, blanks, escapes', () => {
  fc.assert(
    fc.property(anyEnvelope, fc.infiniteStream(fc.nat(1_000)), fc.constantFrom(0, 1, 4), (envelope, stream, indent) => {
      const text = JSON.stringify(
        shuffled(envelope, () => stream.next().value),
        null,
        indent,
      );
      const escaped = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
      const other: Envelope = JSON.parse(escaped);
      // What has no form in JSON, such as infinity, is lost in both.
      const asRead: Envelope = JSON.parse(JSON.stringify(envelope));
      expect(judge(other)).toEqual(judge(asRead));
    }),
    { numRuns: 400 },
  );
});

/** Every text that is one of these names, as a value or as a member's name. */
const renamed = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names.get(name) ?? name, renamed(member, names)]),
  );
};

it('does not depend on the names of variants, attributes and shared evaluators', () => {
  const word = fc.stringMatching(/^[a-z]{5,12}$/).map((letters) => `zz-${letters}`);
  fc.assert(
    fc.property(fc.constantFrom(...real), fc.uniqueArray(word, { minLength: 12, maxLength: 12 }), (envelope, words) => {
      const variants = Object.keys(Object(envelope.document?.['variants']));
      // The value of a variant may be its own name; both are then renamed, which is the same flag in other words.
      const names = new Map(
        [...variants, 'customerId', 'segment', 'plan', 'corporate'].map((name, index) => [name, words[index] ?? name]),
      );
      const other = renamed(
        { document: envelope.document, offVariant: envelope.offVariant, source: envelope.source },
        names,
      ) as Pick<Envelope, 'document' | 'offVariant'>;
      const evidence = { ...envelope.evidence, before: null, current: null, knownGood: null };
      const created = {
        ...envelope,
        kind: 'created',
        flagState: 'live',
        revision: 1,
        previousEnvelopeDigest: null,
        evidence,
      } as const;
      if (envelope.kind !== 'created') return;
      expect(withoutDigest(judge({ ...created, ...other }))).toEqual(withoutDigest(judge(created)));
    }),
    { numRuns: 300 },
  );
});

/** The digest belongs to the old names. */
const withoutDigest = ({ violations }: Validation) => violations.filter(({ ruleId }) => ruleId !== 'FH-REV-04');

it('does not depend on the names of services, regions and people, if all facts use the same', () => {
  const word = fc.stringMatching(/^[a-z]{6,10}$/);
  fc.assert(
    fc.property(fc.constantFrom(...real), fc.uniqueArray(word, { minLength: 4, maxLength: 4 }), (envelope, words) => {
      const names = new Map(
        ['accounts', 'cards', 'ledger', 'team-payments'].map((name, index) => [name, words[index] ?? name]),
      );
      const { evidence, owner, audience, departed } = envelope;
      const other = renamed({ evidence, owner, audience, departed }, names) as typeof envelope;
      const sorted = { ...other, audience: other.audience === '*' ? ('*' as const) : [...other.audience].sort() };
      expect(withoutDigest(judge({ ...envelope, ...sorted }))).toEqual(withoutDigest(judge(envelope)));
    }),
    { numRuns: 200 },
  );
});

it('gives every hop the answer that home gave', () => {
  for (const envelope of real) {
    expect(validate(parseEnvelope(serialiseEnvelope(envelope)), ['standing'])).toEqual(
      validate(envelope, ['standing']),
    );
  }
});
