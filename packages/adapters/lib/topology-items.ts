import type { Topology } from '@flaghoist/core/topology';
import { type Item, keyOf, number, text } from './dynamo-attributes.ts';

const VERSION_DIGITS = 12;

export const TOPOLOGY_PK = 'TOPOLOGY';
export const topologySk = (version: number): string => `VERSION#${String(version).padStart(VERSION_DIGITS, '0')}`;

/** The item of one version. Put it with `attribute_not_exists(pk)`: a version never changes. */
export const topologyItem = (topology: Topology): Item => ({
  ...keyOf(TOPOLOGY_PK, topologySk(topology.version)),
  version: number(topology.version),
  topology: text(JSON.stringify(topology)),
});
