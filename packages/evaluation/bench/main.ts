import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Envelope, parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { exampleEnvelope, withDocument, withFacts } from '@flaghoist/rules/examples/envelope';
import { validate } from '@flaghoist/rules/validate';
import { evaluate } from '../lib/evaluate.ts';
import { EVALUATOR } from '../lib/evaluator.ts';
import { type Report, reportOf, targetsOf, textOf } from './report.ts';

const ROUNDS = 30;
const WARM_UP_ROUNDS = 10;
const CALLS = 100;

/** Six answers, one after the other, by tier, country, version and a share: what the longest rules of a service look like. */
const manyBranches = {
  if: [
    { in: [{ var: 'country' }, ['DE', 'FR']] },
    'on',
    { '>=': [{ var: 'orders' }, 100] },
    'on',
    { and: [{ ends_with: [{ var: 'email' }, '@bank.example'] }, { sem_ver: [{ var: 'version' }, '>=', '5.2.0'] }] },
    'on',
    { '==': [{ var: 'tier' }, 'gold'] },
    { fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'targetingKey' }] }, ['on', 25], ['off', 75]] },
    { or: [{ '==': [{ var: 'tier' }, 'silver'] }, { '==': [{ var: 'beta' }, true] }] },
    'on',
    'off',
  ],
};

const cases: Readonly<Record<string, Envelope>> = {
  'a typical flag': exampleEnvelope(),
  'one that draws': exampleEnvelope(
    withDocument({ targeting: { fractional: [{ var: 'targetingKey' }, ['on', 10], ['off', 90]] } }),
  ),
  'six branches': exampleEnvelope(withDocument({ targeting: manyBranches })),
};

/** What home does with a change: it asks flagd, seals the answer, and runs the rules. */
const steps = {
  evaluation: (envelope: Envelope) => evaluate(envelope),
  rules: (envelope: Envelope) => validate(envelope, ['change', 'standing']),
  both: (envelope: Envelope) =>
    validate({ ...envelope, ...withFacts({ ...envelope.evidence, evaluation: evaluate(envelope) }) }, [
      'change',
      'standing',
    ]),
};

const loadNow = (): number => loadavg()[0] ?? Number.NaN;

const measure = (): Report => {
  const loadBefore = loadNow();
  const times = new Map<
    string,
    { readonly of: string; readonly step: string; readonly us: number[]; readonly cpuUs: number[] }
  >();
  // Cases and steps take turns, so that what disturbs the machine disturbs all alike.
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const [of, sealed] of Object.entries(cases)) {
      const envelope = parseEnvelope(serialiseEnvelope(sealed));
      for (const [step, run] of Object.entries(steps)) {
        const kept = times.get(`${of} ${step}`) ?? { of, step, us: [], cpuUs: [] };
        times.set(`${of} ${step}`, kept);
        for (let call = 0; call < CALLS; call += 1) {
          const cpuBefore = process.cpuUsage();
          const before = performance.now();
          run(envelope);
          const us = (performance.now() - before) * 1_000;
          const { user, system } = process.cpuUsage(cpuBefore);
          if (round < 0) continue;
          kept.us.push(us);
          kept.cpuUs.push(user + system);
        }
      }
    }
  }
  return reportOf([...times.values()], {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    evaluator: EVALUATOR,
    contexts: Object.fromEntries(Object.entries(cases).map(([of, envelope]) => [of, evaluate(envelope).contexts])),
    load: [loadBefore, loadNow()],
  });
};

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const report = measure();
console.log(values.json ? JSON.stringify({ ...report, targets: targetsOf(report) }, null, 2) : textOf(report));
