import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOf } from '@flaghoist/capacity/cost/bill';
import type { Planned, PlannedWorld } from '@flaghoist/capacity/plans/planned';
import { readPlans } from '@flaghoist/capacity/plans/read-plans';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { needsTerraform } from '../needs-terraform.ts';

const { describe, it } = needsTerraform();

const application = join(__dirname, '..', '..', 'lib', 'stacks', 'application');
const [first] = readEnvironments(fleetBeside(join(__dirname, '..', '..', 'lib')));

const worldOf = (name: string): PlannedWorld =>
  readPlans([{ name, text: readFileSync(join(application, 'dist', 'plan', `${name}.json`), 'utf8') }]);
const usdOf = (world: PlannedWorld): number => Math.round(billOf(world, { changesPerDay: 0 }).usd);

/** What the smallest environment had as long as nobody could choose: a gateway, endpoints in three zones, instances of a class. */
const before = ({ resources, destroyed }: PlannedWorld): PlannedWorld => {
  const changed = resources.map((each): Planned => {
    if (each.type === 'aws_vpc_endpoint') return { ...each, inputs: { ...each.inputs, endpoint_zone_count: 3 } };
    if (each.type !== 'aws_rds_cluster_instance') return each;
    return { ...each, values: { ...each.values, instance_class: 'db.r6g.large' } };
  });
  const network = resources.find(({ type }) => type === 'aws_internet_gateway');
  if (network === undefined) throw new Error('the plan has no network');
  const gateway = ['aws_nat_gateway', 'aws_eip'].map((type): Planned => ({ ...network, type, address: `x.${type}.y` }));
  return { destroyed, resources: [...changed, ...gateway] };
};

describe('the bill of the smallest environment', () => {
  it('stands in the README of its stack as its plan says it, as it was and as it is', () => {
    const world = worldOf(String(first?.name));
    const readme = readFileSync(join(application, 'README.md'), 'utf8');
    expect(usdOf(world)).toBeLessThan(usdOf(before(world)) / 2);
    expect(readme).toContain(`| **in all** | **${usdOf(before(world))}** | **${usdOf(world)}** |`);
  });
});
