import type { MemberState, Topology } from '../../lib/topology.ts';
import { harm } from './region.ts';
import type { World } from './watched-world.ts';
import { newCache, newRegion, REGIONS, SERVICES, stateOfRegion, stateOfService } from './world.ts';

/*
 * Who is there. One region and one service come and go; the others stay, so that there is always somebody to ask.
 */

const GUEST_REGION = REGIONS[2];
const GUEST_SERVICE = SERVICES[1];

type Members = Record<'region' | 'service', MemberState | undefined>;

const topologyOf = (version: number, guest: Members): Topology => {
  const stateOf = (name: string): MemberState | undefined =>
    name === GUEST_REGION ? guest.region : name === GUEST_SERVICE ? guest.service : 'serving';
  const present = (names: readonly string[]): { name: string; state: MemberState }[] =>
    names.flatMap((name) => {
      const state = stateOf(name);
      return state === undefined ? [] : [{ name, state }];
    });
  return {
    version,
    home: REGIONS[0],
    regions: present(REGIONS),
    services: present(SERVICES).map((service) => ({ ...service, cell: 'cell-1', owner: 'team' })),
  };
};

const made = new Map<string, Topology>();

export const setTopology = (world: World, guest: Members): void => {
  const version = world.topologies.size + 1;
  const key = `${version}/${guest.region}/${guest.service}`;
  world.topology = made.get(key) ?? topologyOf(version, guest);
  made.set(key, world.topology);
  world.topologies.set(world.topology.version, world.topology);
  for (const name of REGIONS) {
    const region = world.regions.get(name);
    if (stateOfRegion(world, name) === undefined) world.regions.delete(name);
    else if (region === undefined) {
      const added = newRegion(world, name);
      world.regions.set(name, added);
      for (const cache of added.caches.values()) world.truth.cacheChanged(world, cache);
    }
  }
  for (const region of world.regions.values()) {
    const cache = region.caches.get(GUEST_SERVICE);
    if (stateOfService(world, GUEST_SERVICE) === undefined) {
      if (cache !== undefined) harm.flush(world, cache);
      region.caches.delete(GUEST_SERVICE);
    } else if (cache === undefined) {
      const added = newCache(region.name, GUEST_SERVICE);
      region.caches.set(GUEST_SERVICE, added);
      world.truth.cacheChanged(world, added);
    }
  }
};

const next = (state: MemberState | undefined): MemberState | undefined =>
  ({ gone: 'joining', joining: 'serving', serving: 'draining', draining: undefined })[state ?? 'gone'] as
    | MemberState
    | undefined;

/** The guest service takes its next step: in once loaded and found clean everywhere, or out. */
export const moveService = (world: World): string | undefined => {
  const state = stateOfService(world, GUEST_SERVICE);
  const caches = [...world.regions.values()].flatMap(({ caches }) => caches.get(GUEST_SERVICE) ?? []);
  if (state === 'joining' && !caches.every(isReady)) return undefined;
  setTopology(world, { service: next(state), region: stateOfRegion(world, GUEST_REGION) });
  return `${GUEST_SERVICE} goes from ${state ?? 'gone'} to ${next(state) ?? 'gone'}`;
};

/** The guest region takes its next step. It does not come back while a change still waits for its answer. */
export const moveRegion = (world: World): string | undefined => {
  const state = stateOfRegion(world, GUEST_REGION);
  const caches = [...(world.regions.get(GUEST_REGION)?.caches.values() ?? [])];
  if (state === 'joining' && !caches.every(isReady)) return undefined;
  const awaited = world.records.some(({ state, regions }) => state === 'accepted' && regions.includes(GUEST_REGION));
  if (state === undefined && awaited) return undefined;
  setTopology(world, { region: next(state), service: stateOfService(world, GUEST_SERVICE) });
  return `${GUEST_REGION} goes from ${state ?? 'gone'} to ${next(state) ?? 'gone'}`;
};

const isReady = ({ clean, hasManifest }: { clean: boolean; hasManifest: boolean }): boolean => clean && hasManifest;
