import { countNames, limitNames } from '@flaghoist/core/ports/metrics';
import { plannedMetrics } from '@flaghoist/wiring/limits';
import { EmfMetrics } from '../lib/emf-metrics.ts';

const lines: string[] = [];
const metrics = new EmfMetrics({
  region: 'eu-west-1',
  clock: { now: () => 1_760_000_000_000 },
  write: (line) => void lines.push(line),
});
beforeEach(() => lines.splice(0));

it.each(limitNames)('%s is one line, with its unit and dimensions', (name) => {
  const { metric, unit } = plannedMetrics.limits[name];
  metrics.measure({ [name]: 321.5 }, { changeId: 'change-1' });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  const line = JSON.parse(lines[0] ?? '');
  expect(line).toEqual({
    changeId: 'change-1',
    region: 'eu-west-1',
    [metric]: 321.5,
    _aws: {
      Timestamp: 1_760_000_000_000,
      CloudWatchMetrics: [
        { Namespace: 'Flaghoist', Dimensions: [['region']], Metrics: [{ Name: metric, Unit: 'Milliseconds' }] },
      ],
    },
  });
  expect(unit).toBe('Milliseconds');
  // Whatever the plan makes a dimension is a text in the line, or CloudWatch makes no metric of it.
  for (const dimension of plannedMetrics.dimensions) expect(line[dimension]).toEqual(expect.any(String));
});

it.each(countNames)('%s is a metric of the plan too, in its own unit', (name) => {
  const { metric, unit } = plannedMetrics.counts[name];
  metrics.measure({ [name]: 2 }, { service: 'payments' });
  const line = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ service: 'payments', region: 'eu-west-1', [metric]: 2 });
  expect(line._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: metric, Unit: unit }]);
});

it('puts what was measured at once into one line', () => {
  metrics.measure({ caches: 900, 'fan-out': 80, rollback: undefined }, { service: 'payments' });
  const [directive] = JSON.parse(lines[0] ?? '')._aws.CloudWatchMetrics;
  expect(directive.Metrics.map(({ Name }: { Name: string }) => Name)).toEqual(['FanOut', 'Caches']);
});

it('takes what two clocks differ by for no time, and what nobody measured for nothing', () => {
  metrics.measure({ stream: -3 }, {});
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ Stream: 0 });
  metrics.measure({ stream: Number.NaN }, {});
  metrics.measure({}, {});
  expect(lines).toHaveLength(1);
});

it('lets nothing that it is about pass itself off as a metric or a dimension', () => {
  metrics.measure({ scan: 1 }, { region: 'elsewhere', Scan: 'many', _aws: '' });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    region: 'eu-west-1',
    Scan: 1,
    _aws: { Timestamp: expect.any(Number) },
  });
});
