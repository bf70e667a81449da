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
  it('keeps every version and gives each reader its own copy', async () => {
    const source = new InMemoryTopologySource(topologyOf(3));
    source.publish(topologyOf(4));
    expect(await source.latest()).toEqual(topologyOf(4));
    expect(await source.at(3)).toEqual(topologyOf(3));
    expect(await source.at(3)).not.toBe(await source.at(3));
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
