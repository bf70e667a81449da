import type { Topology } from '@flaghoist/core/topology';
import { topologyOf } from '@flaghoist/test-kit/topology';

/** Two services in a cell each; the versions differ in nothing else. */
export const topologyAt = (version: number): Topology =>
  topologyOf({ version, home: 'eu-west-1', services: ['payments', { name: 'search', cell: 'cell-2' }] });
