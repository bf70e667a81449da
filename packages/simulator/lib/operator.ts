import { UnavailableError } from '@flaghoist/core/errors';
import type { GivenApprovals } from '@flaghoist/core/ports/approval-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Network } from '@flaghoist/in-memory/network';
import type { Scheduler } from '@flaghoist/in-memory/scheduler';
import type { MembershipPorts } from '@flaghoist/operations/ports';
import type { PromotePorts } from '@flaghoist/operations/promote';
import type { Directory } from '@flaghoist/rules/directory';
import type { Region } from './region.ts';

interface Site {
  readonly home: Region;
  readonly approvals: GivenApprovals;
  /** @throws RangeError for a region that is not in the world */
  readonly regionOf: (name: string) => Region;
  readonly network: Network;
  readonly scheduler: Scheduler;
  readonly directory: Directory;
  readonly log: Logger;
}

/** What somebody who makes a region home reaches: that region alone. */
export const promotePorts = (
  region: Region,
  { scheduler, directory, log }: Pick<Site, 'scheduler' | 'directory' | 'log'>,
): PromotePorts => ({
  directory,
  region: region.name,
  home: region.home,
  flags: region.store,
  changes: region.changes,
  topology: region.topology,
  clock: scheduler,
  log,
});

/** What somebody who operates this world from its home reaches of it. */
export const membershipPorts = ({
  home,
  approvals,
  regionOf,
  network,
  scheduler,
  directory,
  log,
}: Site): MembershipPorts => {
  const reached = (name: string): Region => {
    if (network.connects(home.name, name)) return regionOf(name);
    throw new UnavailableError(`region ${name}`, 'It is cut off: try again when it can be reached.');
  };
  return {
    directory,
    topology: home.topology,
    home: home.home,
    flags: home.store,
    approvals,
    region: (name) => ({
      flags: { current: async (flagKey) => reached(name).store.current(flagKey) },
      topology: { at: async (version) => reached(name).topology.at(version) },
      loads: { request: async (service) => reached(name).load(service) },
      reconcile: async (cell) => reached(name).reconcileCell(cell),
      lacking: async (cell, evaluator) => reached(name).lacking(cell, evaluator),
    }),
    clock: scheduler,
    log,
  };
};
