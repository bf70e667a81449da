import type { Evaluator } from '@flaghoist/core/evaluator';
import type { GivenApprovals } from '@flaghoist/core/ports/approval-store';
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
  /** Who of a cell's instances cannot go over to an evaluator, as far as they claim it. */
  lacking(cell: string, evaluator: Evaluator): Promise<Lacking>;
}

export interface Lacking {
  readonly instances: readonly { readonly service: string; readonly instance: string }[];
  /** Services whose caches do not say who is there. */
  readonly silent: readonly string[];
}

export interface MembershipPorts {
  readonly directory: Directory;
  /** The home region's. */
  readonly topology: TopologyStore;
  /** Who publishes or brings somebody in reads which region is home, and makes none. */
  readonly home: Pick<HomeStore, 'home' | 'lastMove'>;
  readonly flags: Pick<FlagStore, 'current' | 'currents' | 'knownGood' | 'revisions'>;
  readonly approvals: Pick<GivenApprovals, 'found'>;
  /** @throws RangeError for a region that does not exist */
  readonly region: (name: string) => RegionAccess;
  readonly clock: Clock;
  readonly log: Logger;
}
