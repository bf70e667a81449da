import { InvalidInputError, UnavailableError } from '@flaghoist/core/errors';
import type { Topology } from '@flaghoist/core/topology';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';

const topologyOf = (version: number): Topology => ({
  version,
  home: 'eu-west-1',
  regions: [{ name: 'eu-west-1', state: 'serving' }],
  services: [{ name: 'payments', cell: 'cell-1', owner: 'money', state: 'serving' }],
});

describe('InMemoryTopologySource', () => {
  it('keeps every version, and no reader or publisher can change one', async () => {
    const source = new InMemoryTopologySource(topologyOf(3));
    const fourth = topologyOf(4);
    source.publish(fourth);
    fourth.services.pop();
    expect(await source.latest()).toEqual(topologyOf(4));
    expect(await source.at(3)).toEqual(topologyOf(3));
    const third = await source.at(3);
    expect(() => third.services.pop()).toThrow(TypeError);
    expect(() => Object.assign(third.regions[0] ?? {}, { state: 'draining' })).toThrow(TypeError);
  });

  it('does not know a version that was not published', async () => {
    await expect(new InMemoryTopologySource(topologyOf(3)).at(4)).rejects.toThrow(UnavailableError);
  });

  it('refuses an older version and what is no topology', () => {
    const source = new InMemoryTopologySource(topologyOf(3));
    expect(() => source.publish(topologyOf(3))).toThrow(RangeError);
    expect(() => source.publish({ ...topologyOf(4), home: 'nowhere' })).toThrow(InvalidInputError);
    expect(() => new InMemoryTopologySource({ ...topologyOf(1), services: [] })).toThrow(InvalidInputError);
  });
});
