import { atQuantile, type LegLatency, legs, modelledLatency, noLatency } from '@flaghoist/in-memory/latency';
import { SeededRandom } from '@flaghoist/in-memory/random';
import fc from 'fast-check';

const allLegs: [string, LegLatency][] = Object.entries(legs);
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the latency model', () => {
  it.each(allLegs)('%s has rising quantiles and says where they come from', (_leg, { p50, p90, p99, source }) => {
    expect([p50, p90, p99]).toEqual([p50, p90, p99].sort((a, b) => a - b));
    expect(p50).toBeGreaterThan(0);
    expect(source).not.toBe('');
  });

  it.each(allLegs)('%s is drawn through its three quantiles, and never falls as the share grows', (_leg, latency) => {
    expect(atQuantile(latency, 0.5)).toBe(latency.p50);
    expect(atQuantile(latency, 0.9)).toBe(latency.p90);
    expect(atQuantile(latency, 0.99)).toBe(latency.p99);
    fc.assert(
      fc.property(share, share, (a, b) => {
        expect(atQuantile(latency, Math.min(a, b))).toBeLessThanOrEqual(atQuantile(latency, Math.max(a, b)));
      }),
    );
  });

  it('draws samples whose quantiles are the given ones', () => {
    const model = modelledLatency(new SeededRandom(7));
    const samples = Array.from({ length: 20_000 }, () => model.sample('queueToLambda')).sort((a, b) => a - b);
    const at = (quantile: number): number => samples[Math.floor(samples.length * quantile)] ?? Number.NaN;
    expect(Math.abs(at(0.5) - legs.queueToLambda.p50)).toBeLessThan(1);
    expect(Math.abs(at(0.9) - legs.queueToLambda.p90)).toBeLessThan(2);
    expect(Math.abs(at(0.99) - legs.queueToLambda.p99)).toBeLessThan(10);
    expect(model.modelled).toBe(true);
  });

  it('takes no time when it is off, and says so', () => {
    expect(noLatency.sample('replication')).toBe(0);
    expect(noLatency.modelled).toBe(false);
  });
});
