import * as pulumi from '@pulumi/pulumi';
import { readConfiguration } from '../lib/configuration.ts';
import { environmentProgram } from '../lib/environment-program.ts';
import { fleetProgram } from '../lib/fleet-program.ts';
import { applicationOutputs } from './left-states.ts';
import { environments, PARAMETER, sources, World } from './world.ts';

const configuration = readConfiguration({ get: () => undefined });

it('publishes of each environment what was applied, and compares them', async () => {
  const world = new World();
  for (const [place, environment] of environments.entries()) {
    const application = applicationOutputs(environment, `10.${16 + place}.0.0/16`);
    await world.start(environment.name);
    await world.apply(environment, ({ stack }, outputs) => (stack === 'application' ? application : outputs));
    const { record } = await environmentProgram(environment.name, sources, configuration);
    await pulumi.runtime.disconnect();
    world.stacks.set(`organization/flaghoist/${environment.name}`, { record });
    expect(record).toMatchObject({
      endpoints: { url: application['url'], repository: application['repository_url'] },
      network: { vpcId: application['vpc_id'], cidrBlock: application['vpc_cidr_block'] },
      release: { imageDigest: application['image_digest'] },
    });
    const endpoints = world
      .of(PARAMETER)
      .find(({ inputs }) => inputs['name'] === `/${environment.name}/flaghoist/endpoints`);
    expect(JSON.parse(String(endpoints?.inputs['value']))).toEqual(record.endpoints);
  }
  await world.start('fleet');
  const { record } = await fleetProgram(sources, configuration);
  await pulumi.runtime.disconnect();
  expect(record.promotion.map(({ asUpstream }) => asUpstream)).toEqual([null, true, true]);
  const applications = record.overlaps.filter(
    ({ one, other }) => one.of === 'application' && other.of === 'application',
  );
  expect(applications).toEqual([]);
});
