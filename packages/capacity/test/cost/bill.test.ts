import { plannedMetrics } from '@flaghoist/wiring/limits';
import fc from 'fast-check';
import { billOf } from '../../lib/cost/bill.ts';
import { free, meters } from '../../lib/cost/meters/meters.ts';
import { priceIn, shippedPrices } from '../../lib/cost/prices.ts';
import type { LoadOptions } from '../../lib/load/assumptions.ts';
import { readPlans } from '../../lib/plans/read-plans.ts';
import { richWorld } from '../rich-world.ts';
import { planned, REGION, recorded, recordedText, worldOf } from '../support.ts';

const home = recorded('home');
const region = recorded('region');
const both = recorded('home', 'region');
const changes = fc.double({ min: 0, max: 5_000_000, noNaN: true });

/** The recorded region under another name. */
const elsewhere = (name: string) => readPlans([{ name, text: recordedText('region').replaceAll('eu-west-1', name) }]);

describe('a bill', () => {
  it('of nothing is nothing, at every load', () => {
    fc.assert(fc.property(changes, (changesPerDay) => billOf(worldOf([]), { changesPerDay }).usd === 0));
  });

  it('never falls as changes grow, in any line', () => {
    fc.assert(
      fc.property(changes, changes, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((changesPerDay) => billOf(both, { changesPerDay }));
        for (const { region: where, name, usd } of less?.lines ?? []) {
          const same = more?.lines.find((line) => line.name === name && line.region === where);
          expect(same?.usd ?? 0).toBeGreaterThanOrEqual(usd * (1 - 1e-9));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('never falls as a change concerns more services, nor as flags grow', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.nat(10_000), fc.nat(10_000), (a, b, c, d) => {
        const less = billOf(both, { changesPerDay: 1000, services: Math.min(a, b), flags: Math.min(c, d) });
        const more = billOf(both, { changesPerDay: 1000, services: Math.max(a, b), flags: Math.max(c, d) });
        expect(more.usd).toBeGreaterThanOrEqual(less.usd - 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('is the sum of its regions, and a region costs the same whatever other regions there are', () => {
    const others = ['us-east-2', 'sa-east-1'].map(elsewhere);
    const all = worldOf([...both.resources, ...others.flatMap(({ resources }) => resources)]);
    fc.assert(
      fc.property(changes, (changesPerDay) => {
        const bill = billOf(all, { changesPerDay });
        const sum = Object.values(bill.regions).reduce((total, usd) => total + usd, 0);
        expect(sum).toBeCloseTo(bill.usd, 6);
        expect(bill.regions['eu-west-1']).toBeCloseTo(billOf(both, { changesPerDay }).regions['eu-west-1'] ?? 0, 6);
      }),
      { numRuns: 10 },
    );
  });

  it('idle, is the sum of the bills of its plans, but for what replicas of home hold there', () => {
    const alone =
      billOf(region, { changesPerDay: 0 }).usd + (billOf(home, { changesPerDay: 0 }).regions['us-east-1'] ?? 0);
    const together = billOf(both, { changesPerDay: 0 });
    const replicas = together.lines
      .filter((line) => line.region === 'eu-west-1' && line.name.startsWith('DynamoDB'))
      .reduce((sum, { usd }) => sum + usd, 0);
    const own = billOf(region, { changesPerDay: 0 })
      .lines.filter(({ name }) => name.startsWith('DynamoDB'))
      .reduce((sum, { usd }) => sum + usd, 0);
    expect(together.usd).toBeCloseTo(alone + replicas - own, 6);
  });

  it('is dearer where prices are', () => {
    const there = billOf(elsewhere('sa-east-1'), { changesPerDay: 0 });
    const here = billOf(elsewhere('us-east-2'), { changesPerDay: 0 });
    expect(there.usd).toBeGreaterThan(here.usd);
    const nodes = (bill: typeof here) => bill.lines.find(({ name }) => name === 'ElastiCache: nodes')?.usd;
    expect(nodes(here)).toBeCloseTo(2 * 730 * 0.052, 6);
    expect(nodes(there)).toBeCloseTo(2 * 730 * 0.052 * 1.45, 6);
  });
});

describe('what nobody has looked up, and what grows', () => {
  const lineOf = (name: string, options: LoadOptions) =>
    billOf(region, options).lines.find((line) => line.name === name);

  it('what was only assumed is told to be unverified', () => {
    const { unverified } = billOf(recorded('home', 'region'), { changesPerDay: 1000 });
    expect(unverified).toEqual(expect.arrayContaining(['dynamodb.replicated', 'sqs.polls']));
  });

  it('counts are metrics as well as limits', () => {
    const metrics = lineOf('CloudWatch: metrics of our own', { changesPerDay: 0 })?.quantity ?? 0;
    const { limits, counts } = plannedMetrics;
    expect(metrics).toBeGreaterThan(Object.keys(limits).length);
    expect(metrics).toBeLessThanOrEqual(Object.keys(limits).length + Object.keys(counts).length + 1);
  });

  it('the reconciler takes longer over more flags', () => {
    const seconds = (flags: number) => lineOf('Lambda: time, arm64', { changesPerDay: 0, flags })?.quantity ?? 0;
    expect(seconds(10_000)).toBeGreaterThan(3 * seconds(1_000));
  });

  it('traffic and requests that no plan tells are named', () => {
    const key = planned('aws_kms_key');
    expect(billOf({ ...region, resources: [...region.resources, key] }, { changesPerDay: 0 }).unpriced).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^interface endpoints and NAT gateways: gigabytes that pass them/),
        expect.stringMatching(/^caches: traffic between zones/),
        expect.stringMatching(/^keys: requests to them/),
      ]),
    );
  });
});

describe('what is not in the sum is named', () => {
  const unpriced = (...resources: Parameters<typeof worldOf>[0]) =>
    billOf(worldOf(resources), { changesPerDay: 0 }).unpriced;

  it.each([
    ['a type without a price', planned('aws_quantum_computer'), 'aws_quantum_computer: no price for it'],
    ['a type with the name of a method', planned('constructor'), 'constructor: no price for it'],
    [
      'a node of an unknown class',
      planned('aws_elasticache_replication_group', { engine: 'valkey', node_type: 'cache.x9.large' }),
      'cache.valkey.cache.x9.large: no price for it',
    ],
    [
      'a class that is known after apply',
      planned('aws_elasticache_replication_group', {}, { unknown: { node_type: true } }),
      'module.a.aws_elasticache_replication_group.x: its node_type is known after apply',
    ],
    [
      'a region without a ratio',
      planned('aws_nat_gateway', {}, { region: 'xx-north-9' }),
      'vpc.nat in xx-north-9: no ratio for the region',
    ],
    [
      'a function of others',
      planned('aws_lambda_function', { s3_key: 'their/own.zip' }),
      'module.a.aws_lambda_function.x: how often it is called',
    ],
    [
      'a table of others',
      planned('aws_dynamodb_table', { name: 'orders' }),
      'module.a.aws_dynamodb_table.x: how often it is read and written',
    ],
    [
      'an expression that is no rate',
      planned('aws_scheduler_schedule', { schedule_expression: 'cron(0 12 * * ? *)' }),
      'module.a.aws_scheduler_schedule.x: how often it runs',
    ],
    [
      'a domain whose instances are unknown',
      planned('aws_opensearch_domain', { ebs_options: [{ ebs_enabled: true }] }),
      'module.a.aws_opensearch_domain.x: its instance_type',
    ],
  ])('%s', (_, resource, said) => {
    expect(unpriced(resource)).toContain(said);
  });

  it('a resource in no known region', () => {
    expect(unpriced({ ...planned('aws_nat_gateway'), region: undefined })).toEqual([
      'module.a.aws_nat_gateway.x: its region',
    ]);
  });

  it('and each once, with how often it came', () => {
    expect(unpriced(planned('aws_y'), planned('aws_y'))).toEqual(['aws_y: no price for it (2 times)']);
  });

  it('nothing is billed and called free at once', () => {
    expect(Object.keys(meters).filter((type) => free.has(type))).toEqual([]);
  });

  it('every type of the recorded plans is billed or said to be free', () => {
    const types = new Set(richWorld().resources.map(({ type }) => type));
    expect([...types].filter((type) => !free.has(type) && !(type in meters))).toEqual([]);
  });
});

describe('prices', () => {
  it('have a source each', () => {
    for (const [id, { source }] of Object.entries(shippedPrices.prices)) {
      expect([id, shippedPrices.sources[source]?.url]).toEqual([id, expect.stringMatching(/^https:/)]);
    }
  });

  it('are that of the region where it was found, else in proportion, else the same everywhere', () => {
    expect(priceIn(shippedPrices, 'vpc.nat', 'sa-east-1')).toBe(0.093);
    expect(priceIn(shippedPrices, 'vpc.endpoint', 'sa-east-1')).toBeCloseTo(0.0145);
    expect(priceIn(shippedPrices, 'kms.key', 'sa-east-1')).toBe(1);
    expect(priceIn(shippedPrices, 'vpc.endpoint', 'xx-north-9')).toBeUndefined();
    expect(priceIn(shippedPrices, 'constructor', REGION)).toBeUndefined();
  });

  it('are those of the facts: 1,213 million empty receives of 1,872 queues cost 485 dollars', () => {
    const queues = Array.from({ length: 1872 }, (_, index) =>
      planned('aws_lambda_event_source_mapping', {}, { name: `x[${index}]`, region: 'us-east-1' }),
    );
    expect(billOf(worldOf(queues), { changesPerDay: 0 }).usd).toBeCloseTo(1872 * 15 * 60 * 730 * 0.4e-6, 2);
  });
});
