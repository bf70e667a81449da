import { join } from 'node:path';
import { topologyOf } from '../lib/environment-topology.ts';
import { readFleet } from '../lib/fleet.ts';

const { environments, topology } = readFleet(join(__dirname, '..', '..', '..', 'fleet'));
const regionsOf = (name: string): readonly string[] => {
  const environment = environments.value.environments.find((each) => each.name === name);
  if (environment === undefined) throw new Error(`there is no environment ${name}`);
  return topologyOf(environment, topology.value).regions.map((region) => region.name);
};
const [first, ...others] = environments.value.environments;

it('gives an environment its own regions, home and standby, and every service', () => {
  if (first === undefined) throw new Error('there is no environment');
  const own = topologyOf(first, topology.value);
  expect([own.home, own.standby]).toEqual([first.region, first.replicaRegion]);
  expect(own.regions.map(({ name }) => name).sort()).toEqual([...(first.regions ?? [])].sort());
  expect(own.services).toEqual(topology.value.services);
});

it('gives one that chooses none all regions', () => {
  const all = others.filter(({ regions }) => regions === undefined);
  expect(all).not.toEqual([]);
  for (const { name } of all) expect(regionsOf(name)).toEqual(topology.value.regions.map((each) => each.name));
});
