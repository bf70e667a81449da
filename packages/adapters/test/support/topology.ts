import type { Topology } from '@flaghoist/core/topology';

export const topologyOf = (version: number): Topology => ({
  version,
  home: 'eu-west-1',
  regions: [{ name: 'eu-west-1', state: 'serving' }],
  services: [
    { name: 'payments', cell: 'cell-1', owner: 'money', state: 'serving' },
    { name: 'search', cell: 'cell-2', owner: 'find', state: 'serving' },
  ],
});
