import { billOf } from '../../lib/cost/bill.ts';
import { shippedPrices } from '../../lib/cost/prices.ts';
import { assumptions } from '../../lib/load/assumptions.ts';
import type { Planned } from '../../lib/plans/planned.ts';
import { planned, worldOf } from '../support.ts';

const { hours } = assumptions.month;
const bill = (...resources: readonly Planned[]) =>
  billOf(worldOf(resources.map((each) => ({ ...each, region: shippedPrices.base }))), { changesPerDay: 0 });
const price = (id: string): number => shippedPrices.prices[id]?.usd ?? Number.NaN;

const service = (count: number) => planned('aws_ecs_service', { desired_count: count });
const task = (architecture: string) =>
  planned('aws_ecs_task_definition', {
    cpu: '512',
    memory: '1024',
    runtime_platform: [{ cpu_architecture: architecture }],
  });

describe('tasks on Fargate', () => {
  it.each([
    ['ARM64', 'arm'],
    ['X86_64', 'x86'],
  ])('of %s cost processors and memory for as many as the service begins with', (architecture, name) => {
    const each = price(`fargate.${name}.cpu`) / 2 + price(`fargate.${name}.memory`);
    expect(bill(service(3), task(architecture)).usd).toBeCloseTo(3 * hours * each, 6);
    expect(bill(service(0), task(architecture)).usd).toBe(0);
  });

  it('are named where their size stands in another plan, and that there are more of them under load', () => {
    const said = 'module.a.aws_ecs_service.x: how many tasks of which size';
    expect(bill(service(3), { ...task('ARM64'), plan: 'other.json' }).unpriced).toContain(said);
    expect(bill(service(3), task('ARM64')).unpriced).toEqual(['tasks: more of them while there is load']);
  });
});

describe('a database', () => {
  const instance = (type: string, name = 'x') =>
    planned('aws_rds_cluster_instance', { instance_class: type }, { name });
  const cluster = (min: number) =>
    planned('aws_rds_cluster', { serverlessv2_scaling_configuration: [{ min_capacity: min, max_capacity: 8 }] });

  it('costs the hours of each instance by its class', () => {
    const two = bill(instance('db.r6g.large', 'x'), instance('db.r6g.xlarge', 'y'));
    expect(two.usd).toBeCloseTo(hours * (price('aurora.db.r6g.large') + price('aurora.db.r6g.xlarge')), 6);
  });

  it('that is serverless costs the least capacity of each instance, and nothing where it sleeps', () => {
    const two = [instance('db.serverless', 'x'), instance('db.serverless', 'y')];
    expect(bill(...two, cluster(0.5)).usd).toBeCloseTo(hours * price('aurora.acu'), 6);
    expect(bill(...two, cluster(0)).usd).toBe(0);
  });

  it.each([
    ['a class without a price', [instance('db.x9.large')], 'aurora.db.x9.large: no price for it'],
    [
      'a class that is known after apply',
      [planned('aws_rds_cluster_instance', {}, { unknown: { instance_class: true } })],
      'module.a.aws_rds_cluster_instance.x: its instance_class is known after apply',
    ],
    [
      'a serverless one without its cluster',
      [instance('db.serverless')],
      'module.a.aws_rds_cluster_instance.x: its least capacity',
    ],
    ['what is stored', [cluster(1)], 'databases: storage, requests to it, and their own backups'],
  ])('is named with %s', (_, resources, said) => {
    expect(bill(...resources).unpriced).toContain(said);
  });
});
