import { parseTopology, type Topology } from '@flaghoist/core/topology';
import file from '../../../fleet/topology.json' with { type: 'json' };

/** The regions and services of fleet/topology.json, as this release carries them. @throws InvalidInputError */
export const shippedTopology = (): Topology => parseTopology(JSON.stringify(file));
