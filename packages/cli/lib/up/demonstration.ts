import { expectedServices } from '@flaghoist/core/audience';
import type { EventType } from '@flaghoist/core/events';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import type { Random } from '@flaghoist/core/ports/random';
import { servingRegions, servingServices, type Topology } from '@flaghoist/core/topology';
import type { World } from '@flaghoist/simulator/world';
import { verdictOf } from './followed.ts';
import { seen, within } from './patience.ts';
import { demonstrationFlag } from './proposal.ts';
import type { Stage, TakenBackChange, VerifiedChange } from './stage.ts';
import { type Cache, showTakenBackChange } from './taken-back-change.ts';
import { showVerifiedChange } from './verified-change.ts';

export interface Demonstration {
  world: string;
  regions: number;
  services: number;
  changes: [VerifiedChange, TakenBackChange];
  auditRecords: number;
}

/**
 * The newcomer's two minutes: one change that every cache takes and that is verified, then one that a broken cache
 * acknowledges and does not store, and that is taken back.
 *
 * @throws DemonstrationError when something did not happen in time
 */
export const demonstrate = async (world: World, stage: Stage): Promise<Demonstration> => {
  const topology = await world.topology.latest();
  const regions = servingRegions(topology);
  const services = expectedServices({ audience: '*', departed: [] }, topology, topology);
  const expected = regions.length * services.length;
  const run = `demo-${world.scheduler.now()}`;

  const verified = await showVerifiedChange(world, stage, { changeId: `${run}-first`, regions, expected });
  const broken = pickCache(topology, world.random);
  const takenBack = await showTakenBackChange(world, stage, {
    changeId: `${run}-second`,
    regions,
    expected,
    broken,
    basedOn: verified.order,
  });
  const trail = await within(world, 'The audit trail of the revert', auditTrail(world, takenBack));
  stage.trail(trail);
  return {
    world: 'embedded',
    regions: regions.length,
    services: services.length,
    changes: [verified, takenBack],
    auditRecords: trail.length,
  };
};

/** Any cache outside the home region: a fault far away is the one that nobody sees. */
const pickCache = (topology: Topology, random: Random): Cache => {
  const regions = servingRegions(topology).filter((region) => region !== topology.home);
  const services = servingServices(topology);
  const pick = (names: readonly string[]): string | undefined => names[Math.floor(random.next() * names.length)];
  return { region: pick(regions) ?? topology.home, service: pick(services) ?? '' };
};

/** The trail of the flag, once it holds the revert: the audit runs behind the change, off the critical path. */
const auditTrail = async (world: World, { verdict }: TakenBackChange): Promise<readonly AuditDocument[]> =>
  seen(world, async () => {
    const documents = await world.audit.search({ flagKey: demonstrationFlag });
    const revert = documents.find(
      ({ type, detail }) => verdictOf(type as EventType) === verdict && detail['revertOrder'] !== undefined,
    );
    return revert === undefined ? undefined : documents;
  });

/** Whether both changes ended as they should. The broken cache acknowledges, too: only the look at the caches finds it. */
export const endedAsExpected = ({ changes: [first, second] }: Demonstration): boolean =>
  first.verdict === 'verified' &&
  first.acknowledged === first.expected &&
  second.verdict === 'rolled-back' &&
  second.acknowledged === second.expected;
