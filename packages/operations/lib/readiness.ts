import { isRetryable } from '@flaghoist/core/errors';
import { acceptedAtOf } from '@flaghoist/core/intact';
import { formatOrder, isNewer } from '@flaghoist/core/order';
import { AHEAD_MS } from '@flaghoist/core/region-judgement';
import type { Topology } from '@flaghoist/core/topology';
import type { Transition } from '@flaghoist/core/topology-change';
import type { MembershipPorts } from './ports.ts';

/** A cache that a member must have in order before it serves. */
interface Place {
  readonly region: string;
  readonly service: string;
  readonly cell: string;
}

/** The caches of a member: of a service in every region that is there to stay, of a region those of every such service. */
const placesOf = (
  { what, name }: Pick<Transition, 'what' | 'name'>,
  { regions, services }: Topology,
): readonly Place[] =>
  regions
    .filter((region) => (what === 'region' ? region.name === name : region.state !== 'draining'))
    .flatMap((region) =>
      services
        .filter((service) => (what === 'service' ? service.name === name : service.state !== 'draining'))
        .map((service) => ({ region: region.name, service: service.name, cell: service.cell })),
    );

/** Asks for the loads of all caches of a member. */
export const requestLoads = async (
  member: Pick<Transition, 'what' | 'name'>,
  topology: Topology,
  { region }: MembershipPorts,
): Promise<void> => {
  for (const place of placesOf(member, topology)) await region(place.region).loads.request(place.service);
};

/**
 * What keeps a joining member from serving: a replica that lacks what home has, and caches in which a pass of the reconciler
 * found a difference, or no manifest, which only a full load writes. An empty replica would look clean, so it is asked first.
 *
 * @returns nothing when it is ready
 */
export const obstaclesOf = async (
  member: Pick<Transition, 'what' | 'name'>,
  topology: Topology,
  ports: MembershipPorts,
): Promise<readonly string[]> => {
  const byRegion = Map.groupBy(placesOf(member, topology), ({ region }) => region);
  const found = await Promise.all(
    [...byRegion].map(async ([region, places]) => {
      try {
        return await obstaclesIn(region, places, topology, ports);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        ports.log.warn('region does not answer', { region, error });
        return [`${region} does not answer`];
      }
    }),
  );
  return found.flat();
};

const obstaclesIn = async (
  region: string,
  places: readonly Place[],
  { version }: Topology,
  ports: MembershipPorts,
): Promise<readonly string[]> => {
  const access = ports.region(region);
  await access.topology.at(version);
  for await (const { flagKey, order, body } of ports.flags.currents()) {
    const there = await access.flags.current(flagKey);
    if (there === undefined) return [`${region} has no ${flagKey} yet`];
    const isOnItsWay = ports.clock.now() - acceptedAtOf(body) < AHEAD_MS;
    if (isNewer(order, there.order) && !isOnItsWay)
      return [`${region} has ${flagKey} ${formatOrder(there.order)}, and home ${formatOrder(order)}`];
  }
  const cells = [...new Set(places.map(({ cell }) => cell))];
  const clean = new Set<string>();
  for (const cell of cells) for (const service of await access.reconcile(cell)) clean.add(service);
  return places
    .filter(({ service }) => !clean.has(service))
    .map(({ service }) => `no pass found the cache of ${service} in ${region} clean`);
};
