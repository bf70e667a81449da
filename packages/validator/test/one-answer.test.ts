import { evaluateFlag } from '@flaghoist/agent/evaluate-flag';
import { FlagSet } from '@flaghoist/agent/flag-set';
import { setText } from '@flaghoist/agent/sync/set-text';
import { isMember } from '@flaghoist/core/audience';
import { flagDraws } from '@flaghoist/core/bucketing';
import { type Envelope, type FlagDocument, serialiseEnvelope } from '@flaghoist/core/envelope';
import type { Bucketing } from '@flaghoist/core/evaluator';
import { heldOf } from '@flaghoist/core/held';
import { memberOf } from '@flaghoist/core/json';
import { evaluations } from '@flaghoist/core/topology';
import { answerBy } from '@flaghoist/test-kit/bucketing';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { FlagdCore } from '@openfeature/flagd-core';
import fc from 'fast-check';
import { FlagdCore as FlagdCoreV1 } from 'flagd-core-v1';
import { createHome, document, FLAG, HOME, REGIONS } from './support/home.ts';

/*
 * Rule 19 from end to end: a flag that was accepted, as an agent serves it, evaluated by the evaluators themselves in each mode
 * in which a service of its audience reads it. That of v3 is there in Python alone: it is written after it in the test kit, and the
 * agent's tests hold it to Python's client.
 */

const NAMES = ['accounts', 'cards', 'ledger', 'loans'];
const ABSENT = 'no such flag';

type Evaluates = (typeof evaluations)[number];
type Evaluator = (set: string, targetingKey: string) => unknown;

const ignore = (): void => undefined;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore };

const byCore =
  (create: () => Pick<FlagdCore, 'setConfigurations' | 'resolveBooleanEvaluation'>): Evaluator =>
  (set, targetingKey) => {
    const core = create();
    core.setConfigurations(set);
    return core.resolveBooleanEvaluation(FLAG, false, { targetingKey }, silent).variant;
  };

/** Clients that evaluate by themselves, with what an agent has sent them. */
const clients: Readonly<Record<Bucketing, Evaluator>> = {
  v1: byCore(() => new FlagdCoreV1() as unknown as FlagdCore),
  v2: byCore(() => new FlagdCore()),
  v3: (set, targetingKey) => {
    const definition = memberOf(memberOf(JSON.parse(set), 'flags'), FLAG);
    const answer = answerBy('v3', { rule: memberOf(definition, 'targeting'), flagKey: FLAG, targetingKey });
    return answer ?? memberOf(definition, 'defaultVariant');
  },
};

/** What a service of the audience gets for a caller. */
const answerIn = (service: string, evaluates: Evaluates, envelope: Envelope): ((targetingKey: string) => unknown) => {
  const flags = new FlagSet();
  flags.take(new Map([[FLAG, { held: heldOf(service, envelope), stored: serialiseEnvelope(envelope) }]]), 0);
  const served = flags.served(FLAG);
  if (served === undefined) throw new TypeError(`the agent does not take it: ${JSON.stringify(flags.refusals)}`);
  if (evaluates === 'remote') {
    return (targetingKey) => {
      const found = evaluateFlag(served, { targetingKey });
      return 'variant' in found ? found.variant : found.errorMessage;
    };
  }
  const { text, withheld } = setText(flags, evaluates === flags.evaluator.bucketing);
  return withheld.length > 0 ? () => ABSENT : (targetingKey) => clients[evaluates](text, targetingKey);
};

const variant = fc.constantFrom('on', 'off');
const share = fc.integer({ min: 5, max: 95 });
const drawing = share.map((on) => ({
  fractional: [
    ['on', on],
    ['off', 100 - on],
  ],
}));
const { rule } = fc.letrec<{ rule: unknown }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small' },
    variant,
    drawing,
    fc.constant({ $ref: 'shared' }),
    fc
      .tuple(fc.constantFrom('ada', 'ben', 'caller-1'), tie('rule'), tie('rule'))
      .map(([who, yes, no]) => ({ if: [{ '==': [{ var: 'targetingKey' }, who] }, yes, no] })),
  ),
}));
const listed = variant.map((yes) => ({ if: [{ '==': [{ var: 'targetingKey' }, 'ada'] }, yes, 'off'] }));
const flag = fc.record({
  targeting: fc.oneof(rule, listed).filter((targeting) => typeof targeting === 'object'),
  shared: fc.oneof(drawing, listed),
});
const callers = fc.array(
  fc.oneof(fc.constantFrom('ada', 'ben', 'caller-1'), fc.string({ minLength: 1, maxLength: 12 })),
  {
    minLength: 20,
    maxLength: 20,
  },
);

it('accepts no flag that two services of its audience would answer differently, by the evaluators themselves', async () => {
  const met = new Map<string, number>();
  const count = (what: string): unknown => met.set(what, (met.get(what) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...evaluations), { minLength: 2, maxLength: 4 }),
      fc.subarray([0, 1, 2, 3], { minLength: 1 }),
      fc.boolean(),
      flag,
      callers,
      async (evaluates, chosen, isForAll, { targeting, shared }, asking) => {
        const home = createHome();
        const services = evaluates.map((each, place) => ({ name: NAMES[place] ?? '', evaluates: each }));
        home.topologies.publish(topologyOf({ version: 2, home: HOME, regions: REGIONS, services }));
        const names = chosen.map((place) => NAMES[place % evaluates.length] ?? '');
        await home.decide('created', {
          audience: isForAll ? '*' : [...new Set(names)].sort(),
          document: { ...document, targeting } as FlagDocument,
          source: { $evaluators: { shared } },
        });
        const accepted = await home.current();
        if (accepted === null) return void count('refused');
        // Of the services that read it in the same way, one.
        const modes = new Map<Evaluates, string>();
        for (const { name, evaluates: each } of services) if (isMember(accepted.audience, name)) modes.set(each, name);
        const answers = [...modes].map(([each, name]) => answerIn(name, each, accepted));
        for (const targetingKey of asking)
          expect([targetingKey, new Set(answers.map((answer) => answer(targetingKey))).size]).toEqual([
            targetingKey,
            1,
          ]);
        count(flagDraws(accepted) ? 'accepted, draws' : 'accepted, does not draw');
        for (const mode of modes.keys()) count(`read by ${mode}`);
        if (modes.size > 1) count('read in several ways');
      },
    ),
    { numRuns: 150, seed: 19 },
  );
  const wanted = ['refused', 'accepted, draws', 'accepted, does not draw', 'read in several ways'];
  for (const what of [...wanted, ...evaluations.map((each) => `read by ${each}`)])
    expect([what, (met.get(what) ?? 0) > 5]).toEqual([what, true]);
});
