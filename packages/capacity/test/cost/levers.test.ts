import permissions from '../../../wiring/lib/permissions.json' with { type: 'json' };
import { levers, pullEach, withAllPulled } from '../../lib/cost/levers.ts';
import { costReport } from '../../lib/cost/report.ts';
import { type PlannedWorld, textOf } from '../../lib/plans/planned.ts';
import { planned, recorded, worldOf } from '../support.ts';

const domain = (region: string) =>
  planned(
    'aws_opensearch_domain',
    { cluster_config: [{ instance_type: 'm7g.large.search', instance_count: 2 }] },
    { region },
  );
/** Larger than the flags need, with a processor of its own. */
const large = planned(
  'aws_elasticache_replication_group',
  { engine: 'valkey', node_type: 'cache.r7g.large', num_cache_clusters: 1 },
  { region: 'eu-west-1' },
);
const plans = recorded('home', 'region');
const world = { ...plans, resources: [...plans.resources, domain('us-east-1'), domain('us-west-2'), large] };
const options = { changesPerDay: 1000 };
const pulled = pullEach(world, options);

it('each lever saves something of plans that have all there is', () => {
  expect(pulled.map(({ id }) => id).sort()).toEqual(levers.map(({ id }) => id).sort());
});

it('no lever costs more than it saves, and all together save less than the bill', () => {
  for (const { id, idleUsd, usd } of pulled) expect([id, idleUsd >= 0, usd >= 0]).toEqual([id, true, true]);
  const report = costReport(world, options);
  expect(report.pulled.usd).toBeGreaterThan(0);
  expect(report.pulled.usd).toBeLessThan(report.usd);
});

it('a lever that costs a promise is not among those that are pulled', () => {
  const free = pulled.filter(({ costs }) => costs === null).reduce((sum, { idleUsd }) => sum + idleUsd, 0);
  const { idleUsd } = costReport(world, options);
  // Together they may save less than one by one, but never more.
  expect(withAllPulled(world, options).idleUsd).toBeGreaterThanOrEqual(idleUsd - free - 1e-6);
});

/**
 * Caches and the index stand in the network; all else that functions may do passes an endpoint of the name that the actions have.
 * The canary takes on its role through the NAT of home, where alone it runs.
 */
const INSIDE = ['elasticache', 'es', 'sts'];

it('a node that lives on credits costs a promise', () => {
  expect(pulled.find(({ id }) => id === 'credit-nodes')?.costs).toContain('3 s');
});

it('no lever takes an endpoint that a function in the network calls', () => {
  const called = Object.values(permissions.functions).flatMap((statements) =>
    statements.flatMap(({ actions }): readonly string[] => actions),
  );
  const needed = [...new Set(called.map((action) => action.split(':')[0] ?? ''))]
    .filter((service) => !INSIDE.includes(service))
    .sort();
  const reached = ({ resources }: PlannedWorld, region: string): readonly string[] =>
    resources
      .filter((each) => each.type === 'aws_vpc_endpoint' && each.region === region)
      .map((each) => textOf(each, 'service_name')?.split('.').at(-1) ?? '');
  for (const region of new Set(plans.resources.flatMap((each) => each.region ?? []))) {
    expect([region, reached(plans, region)]).toEqual([region, expect.arrayContaining(needed)]);
    for (const { id, pulled: pull } of levers) {
      expect([id, region, reached(pull(plans, options).world, region)]).toEqual([
        id,
        region,
        expect.arrayContaining(needed),
      ]);
    }
  }
});

it('endpoints that are in two zones already are left alone, whatever a first plan knows of their subnets', () => {
  const endpoint = (inputs: object, values: object = {}) => ({
    ...planned('aws_vpc_endpoint', { vpc_endpoint_type: 'Interface', ...values }, { unknown: { subnet_ids: true } }),
    inputs: { ...inputs },
  });
  const saved = (of: ReturnType<typeof endpoint>) =>
    pullEach(worldOf([of]), options).find(({ id }) => id === 'endpoint-zones')?.idleUsd ?? 0;
  const price = 730 * 0.01 * 1.08;
  expect(saved(endpoint({ endpoint_zone_count: 3 }))).toBeCloseTo(price, 4);
  expect(saved(endpoint({ endpoint_zone_count: 2 }))).toBe(0);
  expect(saved(endpoint({}))).toBeCloseTo(price, 4);
  // What a plan knows counts before what its stack was told.
  expect(saved(endpoint({ endpoint_zone_count: 3 }, { subnet_ids: ['a', 'b'] }))).toBe(0);
  expect(costReport(worldOf([endpoint({ endpoint_zone_count: 2 })]), options).idleUsd).toBeCloseTo(2 * price, 4);
});

it('gateways go where nothing calls the internet, and stay in home', () => {
  const nat = pulled.find(({ id }) => id === 'nat');
  expect(nat?.idleUsd).toBeCloseTo(730 * (0.048 + 0.005), 4);
});

it("the standby's index shrinks, home's does not", () => {
  const standby = pulled.find(({ id }) => id === 'standby');
  expect(standby?.idleUsd).toBeCloseTo(730 * (2 * 0.135 - 0.036), 4);
});

it('pulls nothing where nothing is planned', () => {
  expect(pullEach(worldOf([]), options)).toEqual([]);
});

it('a node is as small as its flags allow, and never larger than planned', () => {
  const group = planned('aws_elasticache_replication_group', {
    engine: 'valkey',
    node_type: 'cache.r7g.large',
    num_cache_clusters: 1,
  });
  const region = recorded('region').resources.filter(({ type }) => type !== 'aws_elasticache_replication_group');
  const saved = (flags: number, { node = 'cache.r7g.large', id = 'nodes' } = {}) => {
    const resized = { ...group, values: { ...group.values, node_type: node } };
    const lever = pullEach(worldOf([...region, resized]), { changesPerDay: 0, flags }).find((each) => each.id === id);
    return (lever?.idleUsd ?? 0) / (730 * 1.08);
  };
  expect(saved(1000)).toBeCloseTo(0.1752 - 0.1264);
  expect(saved(1000, { id: 'credit-nodes' })).toBeCloseTo(0.1752 - 0.0128);
  expect(saved(100_000, { id: 'credit-nodes' })).toBeCloseTo(0.1752 - 0.052);
  // What is not among those that are chosen from is compared by its price.
  expect(saved(1000, { node: 'cache.m6g.large' })).toBe(0);
  expect(saved(1000, { node: 'cache.t4g.micro' })).toBe(0);
  expect(saved(1000, { node: 'cache.of.another-kind' })).toBe(0);
  expect(saved(10_000_000)).toBe(0);
});
