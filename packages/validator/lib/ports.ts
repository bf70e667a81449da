import type { Walk } from '@flaghoist/core/all-flags';
import type { GivenApprovals } from '@flaghoist/core/ports/approval-store';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { CurrentRepair, FlagStore, KnownGoodRepair, RulesVersions } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { PendingProposals } from '@flaghoist/core/ports/proposal-store';
import type { Random } from '@flaghoist/core/ports/random';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { AdoptPorts } from '@flaghoist/operations/adopt-revision';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { Waiver } from '@flaghoist/rules/waivers';
import type { FastPath } from './fast-path.ts';
import type { ItemReader } from './flag-item.ts';

/** What accepting needs. All stores are the home region's: their reads are strongly consistent. */
export interface AcceptPorts {
  /** `dev`, `staging`, `prod`: sealed into each envelope. */
  readonly environment: string;
  readonly region: string;
  /** Which region is home: where it is another one, nothing is accepted here. */
  readonly home: HomeSource;
  /** The parameters of the rules. */
  readonly policy: Policy;
  /** Who makes and approves changes. */
  readonly directory: Directory;
  /** The reviewed exceptions from rules. */
  readonly waivers: readonly Waiver[];
  /** The environment before this one; `null` where changes begin. */
  readonly upstream: UpstreamFlags | null;
  readonly flags: FlagStore & CurrentRepair & Pick<RulesVersions, 'rulesVersion'>;
  readonly proposals: PendingProposals;
  readonly approvals: GivenApprovals;
  readonly changes: Pick<
    ChangeStore,
    'outcome' | 'accept' | 'refuse' | 'record' | 'recordsBefore' | 'proofs' | 'redisesOf' | 'leave' | 'leftDigest'
  >;
  readonly topology: Pick<TopologySource, 'latest'>;
  readonly topic: ChangeTopic;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What accepting from the stream needs. */
export interface AcceptHandlerPorts extends AcceptPorts {
  readonly changes: AcceptPorts['changes'] & Pick<ChangeStore, 'noteOverwriting'>;
  /** Of this function. */
  readonly deadLetters: DeadLetters;
}

/** Within one invocation. */
export interface AcceptContext extends AcceptPorts {
  readonly fastPath: FastPath;
  /** How all flags are looked through, where only that shows who is concerned. `null` where a kill would wait for it. */
  readonly walk: Walk | null;
}

/** What taking up again needs: what was left without an outcome, without a decision, or without a record. */
export interface ResumePorts extends AcceptPorts {
  readonly flags: AcceptPorts['flags'] & KnownGoodRepair;
  readonly changes: AcceptPorts['changes'] & AdoptPorts['changes'] & Pick<ChangeStore, 'undecided'>;
  readonly bus: EventBus;
}

/** What telling needs, in home. */
export interface TellPorts {
  readonly region: string;
  readonly flags: Pick<FlagStore, 'revision'>;
  readonly bus: EventBus;
  /** Of this function. */
  readonly deadLetters: DeadLetters;
  readonly log: Logger;
}

/** What distributing needs, in one region. */
export interface DistributePorts {
  readonly region: string;
  /** This region's replica. */
  readonly flags: FlagStore & CurrentRepair & KnownGoodRepair & RulesVersions;
  /** Home's and standby's: elsewhere there is none, and nobody asks. */
  readonly changes: AdoptPorts['changes'];
  /** Which region is home. Elsewhere a missing REVISION proves nothing, and nobody may write. */
  readonly home: HomeSource;
  readonly repair: CurrentRepair;
  /** Reads and judges items; by this release's rules unless told otherwise. */
  readonly read?: ItemReader | undefined;
  /** The newest rules that this function knows: this release's, unless told otherwise. */
  readonly rulesVersion?: number | undefined;
  readonly topology: Pick<TopologySource, 'at' | 'latest'>;
  readonly verification: Pick<VerificationStore, 'expect'>;
  readonly topic: ChangeTopic;
  readonly bus: EventBus;
  readonly clock: Pick<Clock, 'now'>;
  /** Of this function. */
  readonly deadLetters: DeadLetters;
  readonly log: Logger;
  readonly metrics: Metrics;
}
