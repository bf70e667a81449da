const states = { state: 'serving' } as const;

export const topology = {
  version: 1,
  home: 'us-east-1',
  standby: 'eu-west-1',
  regions: [
    { name: 'us-east-1', ...states },
    { name: 'eu-west-1', ...states },
  ],
  services: [
    { name: 'checkout', cell: 'cell-1', owner: 'team-payments', ...states },
    { name: 'basket', cell: 'cell-1', owner: 'team-payments', ...states },
    { name: 'payments', cell: 'cell-2', owner: 'team-payments', ...states },
    { name: 'search', cell: 'cell-2', owner: 'team-payments', ...states },
  ],
};

/** As environments.json has it. */
export const environment = {
  name: 'emulated',
  region: topology.home,
  replicaRegion: topology.standby,
  account: '000000000000',
  upstream: null,
};

export const regions = topology.regions.map(({ name }) => name);
export const services = topology.services.map(({ name }) => name);
export const cellOf = (service: string): string =>
  topology.services.find(({ name }) => name === service)?.cell ?? 'cell-1';
