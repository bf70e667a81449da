import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { HomeStore } from '@flaghoist/core/ports/home-source';
import type { LoadRequests } from '@flaghoist/core/ports/load-requests';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { TopologySource, TopologyStore } from '@flaghoist/core/ports/topology-source';
import type { Directory } from '@flaghoist/rules/directory';

/** What an operator reaches of one region. */
export interface RegionAccess {
  /** The region's replica. */
  readonly flags: Pick<FlagStore, 'current'>;
  readonly topology: Pick<TopologySource, 'at'>;
  readonly loads: LoadRequests;
  /** One pass of the reconciler over a cell. @returns the services whose caches showed no difference */
  reconcile(cell: string): Promise<readonly string[]>;
}

export interface MembershipPorts {
  readonly directory: Directory;
  /** The home region's. */
  readonly topology: TopologyStore;
  readonly home: HomeStore;
  readonly flags: Pick<FlagStore, 'current' | 'currents' | 'knownGood' | 'revisions'>;
  /** @throws RangeError for a region that does not exist */
  readonly region: (name: string) => RegionAccess;
  readonly clock: Clock;
  readonly log: Logger;
}
