import { isShadow, SHADOW_SERVICE } from '@flaghoist/core/canary';
import type { MemberState, Topology } from '@flaghoist/core/topology';

export const home = 'us-east-1';
export const standby = 'eu-west-1';

const cells = {
  checkout: 'cell-1',
  basket: 'cell-1',
  payments: 'cell-2',
  search: 'cell-2',
  [SHADOW_SERVICE]: 'cell-1',
} as const;
export const cellOf = (service: string): string => cells[service as keyof typeof cells];

type Members = Readonly<Record<string, MemberState>>;

/** Home, standby and the canary's service serve always; the other regions and services have the states that are given. */
export const topologyOf = (
  version: number,
  { regions = {}, services }: { readonly regions?: Members; readonly services: Members },
): Topology => ({
  version,
  home,
  standby,
  regions: Object.entries({ [home]: 'serving', [standby]: 'serving', ...regions } as const).map(([name, state]) => ({
    name,
    state,
  })),
  services: Object.entries({ ...services, [SHADOW_SERVICE]: 'serving' } as const).map(([name, state]) => ({
    name,
    cell: cellOf(name),
    owner: 'team-payments',
    state,
  })),
});

const serving = ({ name, state }: { readonly name: string; readonly state: MemberState }): readonly string[] =>
  state === 'serving' ? [name] : [];

/** Each cache that must hold a change for all, which the canary's need not. */
export const placesIn = ({
  regions,
  services,
}: Topology): readonly { readonly region: string; readonly service: string }[] =>
  regions.flatMap(serving).flatMap((region) =>
    services
      .flatMap(serving)
      .filter((service) => !isShadow(service))
      .map((service) => ({ region, service })),
  );

/** Two regions, four services and the canary's. */
export const twoByFour = topologyOf(1, {
  services: { checkout: 'serving', basket: 'serving', payments: 'serving', search: 'serving' },
});

/** A region that is neither home nor its standby. */
export const third = 'ap-southeast-2';

/** Three regions, four services: twelve caches, and three of the canary. */
export const threeByFour = topologyOf(1, {
  regions: { [third]: 'serving' },
  services: { checkout: 'serving', basket: 'serving', payments: 'serving', search: 'serving' },
});

/** As environments.json has it. */
export const environment = {
  name: 'emulated',
  region: home,
  replicaRegion: standby,
  account: '000000000000',
  upstream: null,
};
