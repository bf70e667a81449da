import type { Logger } from '@flaghoist/core/ports/logger';
import type { CanaryStatus } from '@flaghoist/operations/canary/status';
import { drain } from '@flaghoist/operations/members';
import { promote } from '@flaghoist/operations/promote';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { World } from '@flaghoist/simulator/world';
import type { ControlPlanePorts, HomePorts, ReceiptPorts, RegionPorts } from '../ports.ts';

interface Options {
  readonly environment: string;
  readonly directory: Directory;
  readonly policy: Policy;
  readonly log: Logger;
  readonly receipts?: ReceiptPorts;
  readonly canary?: () => CanaryStatus;
}

const regionPorts = (world: World, name: string): RegionPorts => {
  const { store, caches, verification, queues } = world.region(name);
  return {
    flags: store,
    caches,
    verification,
    queues: {
      givenUp: (service) => queues.givenUp(service),
      waiting: async (service) => {
        const queue = queues.queue(service);
        return queue.waiting + queue.inFlight;
      },
    },
  };
};

const homePorts = (world: World): HomePorts => {
  const { home } = world;
  const region = world.region(home.region);
  return {
    region: home.region,
    home: region.home,
    flags: region.store,
    changes: home.changes,
    proposals: home.judging.proposals,
    topology: region.topology,
    audit: home.audit,
    bus: region.bus,
    judging: home.judging,
    authorWith: (principal) => home.authorWith(principal),
  };
};

/** What the API stands on in a world in this process. */
export const portsOfWorld = (
  world: World,
  { environment, directory, policy, log, receipts, canary }: Options,
): ControlPlanePorts => ({
  world: 'embedded',
  modelled: world.modelled,
  environment,
  directory,
  policy,
  clock: world.scheduler,
  log,
  home: () => homePorts(world),
  region: (name) => regionPorts(world, name),
  watch: (watcher) => world.watch(watcher),
  ...(receipts === undefined ? {} : { receipts }),
  ...(canary === undefined ? {} : { canary }),
  operator: {
    promote: (region, principal) => promote({ principal }, world.promotion(region)),
    joinRegion: (region, principal) => world.joinRegion(region, { principal }),
    addService: (service, principal) => world.join(service, { principal }),
    drain: (member, principal) => drain(member, { principal }, world.membership()),
  },
  faults: {
    break: (region, service, fault) => world.region(region).caches.breakService(service, fault),
    heal: (region, service) => world.region(region).caches.heal(service),
  },
});
