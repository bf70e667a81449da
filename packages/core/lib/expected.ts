import { expectedServices } from './audience.ts';
import { UnavailableError } from './errors.ts';
import type { TopologySource } from './ports/topology-source.ts';
import type { ExpectRow } from './ports/verification-store.ts';
import type { Topology } from './topology.ts';

/** Who must hold a change; `undefined` as long as this region does not know the topology it was accepted under. */
export type Expected = (row: ExpectRow) => Promise<readonly string[] | undefined>;

/** Reads each version once, and works out the services of all changes to everybody once per version. */
export const createExpected = (topology: TopologySource, now: Topology): Expected => {
  const versions = new Map<number, Promise<Topology | undefined>>();
  const everybody = new Map<number, readonly string[]>();

  const read = async (version: number): Promise<Topology | undefined> => {
    try {
      return await topology.at(version);
    } catch (error) {
      if (error instanceof UnavailableError) return undefined;
      throw error;
    }
  };

  return async (row) => {
    const { topologyVersion, audience } = row;
    const known = audience === '*' ? everybody.get(topologyVersion) : undefined;
    if (known !== undefined) return known;
    const reading = versions.get(topologyVersion) ?? read(topologyVersion);
    versions.set(topologyVersion, reading);
    const accepted = await reading;
    if (accepted === undefined) return undefined;
    const services = expectedServices(row, accepted, now);
    if (audience === '*') everybody.set(topologyVersion, services);
    return services;
  };
};
