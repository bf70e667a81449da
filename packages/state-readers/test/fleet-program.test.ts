import { inputsOf } from '@flaghoist/stack-outputs/naming-context';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import * as pulumi from '@pulumi/pulumi';
import { readConfiguration } from '../lib/configuration.ts';
import { environmentProgram } from '../lib/environment-program.ts';
import { fleetProgram } from '../lib/fleet-program.ts';
import { DASHBOARD, environments, sources, World } from './world.ts';

const configured = (settings: Readonly<Record<string, string>> = {}) =>
  readConfiguration({ get: (key: string) => settings[key] } as Pick<pulumi.Config, 'get'>);

/** The stacks of all environments, each with what its own run exported. */
const brought = async (): Promise<World> => {
  const world = new World();
  for (const environment of environments) {
    await world.start(environment.name);
    await world.apply(environment);
    const { record } = await environmentProgram(environment.name, sources, configured({ publish: 'false' }));
    await pulumi.runtime.disconnect();
    world.stacks.set(`organization/flaghoist/${environment.name}`, { record });
  }
  await world.start('fleet');
  return world;
};

it('exports what crosses environments, from what their stacks export', async () => {
  await brought();
  const { record } = await fleetProgram(sources, configured({ publish: 'false' }));
  expect(record.promotion.map(({ environment, asUpstream }) => [environment, asUpstream])).toEqual([
    [environments[0].name, null],
    [environments[1].name, true],
    [environments[2].name, true],
  ]);
  expect(record.overlaps).toEqual([]);
  expect(record.lagging).toEqual([]);
});

it('makes one dashboard, with a graph of each limit for each environment, from its own account', async () => {
  const world = await brought();
  await fleetProgram(sources, configured({ dashboardRegion: 'eu-north-1' }));
  await pulumi.runtime.disconnect();
  const { context } = await inputsOf(sources, environments[2]);
  const [dashboard, ...others] = world.of(DASHBOARD);
  expect(others).toEqual([]);
  expect(dashboard?.inputs['dashboardName']).toBe(
    `shared-${context.service}-dashboard-environments-eun1-${context.environmentSuffix}`,
  );
  const { widgets } = JSON.parse(String(dashboard?.inputs['dashboardBody']));
  const limits = Object.keys(shippedWiring().metrics.limits);
  expect(widgets).toHaveLength(1 + limits.length * environments.length);
  for (const { name, account } of environments) {
    const own = widgets.filter(({ properties }: { properties: { title?: string } }) =>
      properties.title?.startsWith(`${name}:`),
    );
    expect(own).toHaveLength(limits.length);
    for (const { properties } of own) {
      expect(properties.metrics.length).toBeGreaterThan(0);
      for (const metric of properties.metrics) expect(metric.at(-1)).toMatchObject({ accountId: account });
    }
  }
});

it('makes no dashboard where that is switched off', async () => {
  const world = await brought();
  await fleetProgram(sources, configured({ publish: 'false' }));
  await pulumi.runtime.disconnect();
  expect(world.made).toEqual([]);
});

it('names the stack that has no record, and what to run', async () => {
  const world = await brought();
  const { name } = environments[1];
  world.stacks.set(`organization/flaghoist/${name}`, {});
  await expect(fleetProgram(sources, configured({ publish: 'false' }))).rejects.toMatchObject({
    code: 'FH_NO_RECORD',
    message: `the stack organization/flaghoist/${name} has no output "record"`,
    hint: expect.stringContaining(`pulumi up in the stack ${name}`),
  });
});

it('names what does not fit in the record of an older program', async () => {
  const world = await brought();
  const { name } = environments[1];
  world.stacks.set(`organization/flaghoist/${name}`, { record: { schema: 0 } });
  await expect(fleetProgram(sources, configured({ publish: 'false' }))).rejects.toThrow(
    `the output "record" of the stack organization/flaghoist/${name} is not valid: /schema`,
  );
});
