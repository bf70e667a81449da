import { cpus } from 'node:os';
import { type Envelope, parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { exampleDocument, exampleEnvelope } from '../lib/examples/envelope.ts';
import { validateStanding } from '../lib/standing.ts';
import { validate } from '../lib/validate.ts';

// Microseconds per envelope, as median and 99th percentile over rounds that take turns.
const ROUNDS = 60;
const CALLS = 500;

const asReceived = (envelope: Envelope): Envelope => parseEnvelope(serialiseEnvelope(envelope));
const typical = asReceived(exampleEnvelope());
const large = asReceived(
  exampleEnvelope({ document: { ...exampleDocument, metadata: { note: 'x'.repeat(98 * 1024) } } }),
);

const cases: Readonly<Record<string, () => unknown>> = {
  'standing rules, typical': () => validateStanding(typical),
  'all rules, typical': () => validate(typical, ['change', 'standing']),
  'standing rules, 98 KiB': () => validateStanding(large),
};

const figures = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
for (let round = -5; round < ROUNDS; round += 1) {
  for (const [name, run] of Object.entries(cases)) {
    const start = performance.now();
    for (let call = 0; call < CALLS; call += 1) run();
    if (round >= 0) figures.get(name)?.push(((performance.now() - start) / CALLS) * 1000);
  }
}

console.log(`${cpus()[0]?.model}, Node ${process.version}, ${serialiseEnvelope(typical).length} bytes`);
for (const [name, rounds] of figures) {
  const sorted = rounds.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  console.log(`${name.padEnd(28)} p50 ${at(0.5)} µs, p99 ${at(0.99)} µs`);
}
