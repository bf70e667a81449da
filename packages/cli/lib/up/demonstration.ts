import { expectedServices } from '@flaghoist/core/audience';
import { FlaghoistError } from '@flaghoist/core/errors';
import type { EventOf, EventType, FlaghoistEvent } from '@flaghoist/core/events';
import type { Order } from '@flaghoist/core/order';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import type { Random } from '@flaghoist/core/ports/random';
import type { Proposal } from '@flaghoist/core/proposal';
import { revertIdOf } from '@flaghoist/core/revision';
import { servingRegions, servingServices, type Topology } from '@flaghoist/core/topology';
import { ChangeTracker } from '@flaghoist/simulator/change-tracker';
import type { World } from '@flaghoist/simulator/world';

/** How long one change may take in all before the demonstration gives up: the protocol concludes after 60 s. */
const PATIENCE_MS = 120_000;

const demonstrationFlag = 'instant-payments-to-new-payees';

class DemonstrationError extends FlaghoistError {
  readonly code = 'FH_DEMONSTRATION';
}

interface Acknowledgements {
  flagKey: string;
  order: Order;
  expected: number;
  acknowledged: number;
  /** Milliseconds from the proposal until so many of the caches had acknowledged. */
  msToAcknowledge: { p50: number; p95: number; p99: number; max: number };
  modelled: boolean;
}

export interface VerifiedChange extends Acknowledgements {
  verdict: string;
  /** From the proposal to the verdict. */
  msToVerdict: number;
}

export interface TakenBackChange extends Acknowledgements {
  verdict: string;
  brokenService: string;
  brokenRegion: string;
  /** From the proposal to the first region that found it inconsistent; a cache counts as late for 15 s. */
  msToDetect: number;
  /** From that verdict until every healthy cache held the revert. */
  msToRollback: number;
  /** The revision whose document is served again. */
  restoredRevision: number;
  /** The order of the revert itself. */
  revertOrder: Order;
}

export interface Demonstration {
  world: string;
  regions: number;
  services: number;
  changes: [VerifiedChange, TakenBackChange];
  auditRecords: number;
}

/** What a screen may follow. */
export interface Stage {
  change(title: string, tracker: ChangeTracker, expected: number): void;
  verified(change: VerifiedChange): void;
  broken(service: string, region: string): void;
  detected(event: EventOf<'RegionVerdict'>, msToDetect: number): void;
  takenBack(change: TakenBackChange): void;
  trail(documents: readonly AuditDocument[]): void;
}

const finalTypes: readonly EventType[] = [
  'ChangeVerified',
  'ChangeRolledBack',
  'ChangeHeld',
  'ChangeSuperseded',
  'ChangeUnverified',
  'ChangeRejected',
  'ChangeConflicted',
];

const verdictNames: Partial<Record<EventType, string>> = {
  ChangeVerified: 'verified',
  ChangeRolledBack: 'rolled-back',
  ChangeHeld: 'held',
  ChangeSuperseded: 'superseded',
  ChangeUnverified: 'unverified',
  ChangeRejected: 'rejected',
  ChangeConflicted: 'conflict',
};

const document = (defaultVariant: 'on' | 'off'): Record<string, unknown> => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant,
  targeting: { if: [{ in: [{ var: 'channel' }, ['mobile', 'web']] }, 'on', 'off'] },
});

const proposalOf = (id: string, basedOn: Order | null, now: number): Proposal => ({
  flagKey: demonstrationFlag,
  kind: basedOn === null ? 'created' : 'updated',
  basedOn,
  document: document(basedOn === null ? 'off' : 'on'),
  ...(basedOn === null ? { offVariant: 'off', audience: '*' as const, owner: 'team-payments' } : {}),
  change: {
    id,
    actor: 'newcomer@example.com',
    authentication: 'local',
    reason: 'Demonstration of hoist up',
    ticket: 'DEMO-1',
  },
  proposedAt: now,
});

/** A change as the demonstration sees it: its acknowledgements, and the events that tell its fate. */
class Followed {
  readonly tracker: ChangeTracker;
  readonly events: FlaghoistEvent[] = [];
  readonly stop: () => void;
  readonly #waiters: { matches: (event: FlaghoistEvent) => boolean; resolve: (event: FlaghoistEvent) => void }[] = [];

  constructor(world: World, changeId: string, regions: readonly string[]) {
    this.tracker = new ChangeTracker(changeId, regions);
    this.stop = world.watch({
      acknowledged: (line) => this.tracker.add(line),
      happened: (event) => {
        if (!('changeId' in event.detail) || event.detail.changeId !== changeId) return;
        this.events.push(event);
        for (const { matches, resolve } of this.#waiters) if (matches(event)) resolve(event);
      },
    });
  }

  /** The first event of one of these types, past or to come. */
  async first(matches: (event: FlaghoistEvent) => boolean): Promise<FlaghoistEvent> {
    const past = this.events.find(matches);
    return past ?? new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }
}

const within = async <T>(world: World, what: string, promise: Promise<T>): Promise<T> => {
  const late = world.scheduler.sleep(PATIENCE_MS).then(() => {
    throw new DemonstrationError(`${what} did not happen within ${PATIENCE_MS / 1000} s`, {
      hint: 'Run it again with --no-latency; if it still hangs, that is a defect worth reporting.',
      retryable: true,
    });
  });
  return Promise.race([promise, late]);
};

const isFinal = (event: FlaghoistEvent): boolean => finalTypes.includes(event.type);

/**
 * The newcomer's two minutes: one change that every cache takes and that is verified, then one that a broken cache does
 * not take, and that is taken back.
 *
 * @throws DemonstrationError when something did not happen in time
 */
export const demonstrate = async (world: World, stage: Stage): Promise<Demonstration> => {
  const topology = await world.topology.latest();
  const regions = servingRegions(topology);
  const services = expectedServices({ audience: '*', departed: [] }, topology, topology);
  const expected = regions.length * services.length;
  const run = `demo-${world.scheduler.now()}`;

  const verified = await firstChange(world, stage, { changeId: `${run}-first`, regions, expected });
  const broken = pickCache(topology, world.random);
  const takenBack = await secondChange(world, stage, {
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

interface Step {
  changeId: string;
  regions: readonly string[];
  expected: number;
}

const firstChange = async (
  world: World,
  stage: Stage,
  { changeId, regions, expected }: Step,
): Promise<VerifiedChange> => {
  const followed = new Followed(world, changeId, regions);
  const proposal = proposalOf(changeId, null, world.scheduler.now());
  stage.change(`${demonstrationFlag}: created, for every service in every region`, followed.tracker, expected);
  await world.home.changes.propose(proposal);
  const end = await within(world, 'The verdict of the first change', followed.first(isFinal));
  followed.stop();
  const change: VerifiedChange = {
    ...acknowledgements(world, followed, proposal.proposedAt, expected),
    verdict: verdictNames[end.type] ?? end.type,
    msToVerdict: end.at - proposal.proposedAt,
  };
  stage.verified(change);
  return change;
};

interface SecondStep extends Step {
  basedOn: Order;
  broken: Cache;
}

const secondChange = async (
  world: World,
  stage: Stage,
  { changeId, regions, expected, basedOn, broken }: SecondStep,
): Promise<TakenBackChange> => {
  world.region(broken.region).caches.breakService(broken.service, 'read-only');
  stage.broken(broken.service, broken.region);

  const followed = new Followed(world, changeId, regions);
  const revert = new Followed(world, revertIdOf(changeId), regions);
  const proposal = proposalOf(changeId, basedOn, world.scheduler.now());
  stage.change(
    `${demonstrationFlag}: updated, while ${broken.service} in ${broken.region} takes no writes`,
    followed.tracker,
    expected,
  );
  await world.home.changes.propose(proposal);

  const isInconsistent = (event: FlaghoistEvent): boolean =>
    event.type === 'RegionVerdict' && event.detail.verdict === 'inconsistent';
  const detected = await within(world, 'The detection of the broken cache', followed.first(isInconsistent));
  const msToDetect = detected.at - proposal.proposedAt;
  stage.detected(detected as EventOf<'RegionVerdict'>, msToDetect);

  const end = await within(world, 'The rollback', followed.first(isFinal));
  await within(world, 'The revert in every healthy cache', allButOne(world, revert, expected));
  followed.stop();
  revert.stop();
  const rolledBack = end.type === 'ChangeRolledBack' ? end.detail : undefined;
  const change: TakenBackChange = {
    ...acknowledgements(world, followed, proposal.proposedAt, expected),
    verdict: verdictNames[end.type] ?? end.type,
    brokenService: broken.service,
    brokenRegion: broken.region,
    msToDetect,
    msToRollback: revert.tracker.percentiles(detected.at).max,
    restoredRevision: basedOn.revision,
    revertOrder: rolledBack?.revertOrder ?? basedOn,
  };
  stage.takenBack(change);
  return change;
};

interface Cache {
  region: string;
  service: string;
}

/** Any cache outside the home region: a fault far away is the one that nobody sees. */
const pickCache = (topology: Topology, random: Random): Cache => {
  const regions = servingRegions(topology).filter((region) => region !== topology.home);
  const services = servingServices(topology);
  const pick = (names: readonly string[]): string | undefined => names[Math.floor(random.next() * names.length)];
  return { region: pick(regions) ?? topology.home, service: pick(services) ?? '' };
};

const acknowledgements = (
  world: World,
  { tracker, events }: Followed,
  proposedAt: number,
  expected: number,
): Acknowledgements => {
  const accepted = events.find(({ type }) => type === 'ChangeAccepted') as EventOf<'ChangeAccepted'> | undefined;
  return {
    flagKey: demonstrationFlag,
    order: accepted?.detail.order ?? { epoch: 0, revision: 0 },
    expected,
    acknowledged: tracker.acknowledged,
    msToAcknowledge: tracker.percentiles(proposedAt),
    modelled: world.modelled,
  };
};

const POLL_MS = 50;

const allButOne = async (world: World, { tracker }: Followed, expected: number): Promise<void> => {
  while (tracker.acknowledged < expected - 1) await world.scheduler.sleep(POLL_MS);
};

/** The trail of the flag, once it holds the revert: the audit runs behind the change, off the critical path. */
const auditTrail = async (world: World, { verdict }: TakenBackChange): Promise<readonly AuditDocument[]> => {
  for (;;) {
    const documents = await world.audit.search({ flagKey: demonstrationFlag });
    if (
      documents.some(
        ({ type, detail }) => verdictNames[type as EventType] === verdict && detail['revertOrder'] !== undefined,
      )
    )
      return documents;
    await world.scheduler.sleep(POLL_MS);
  }
};

/** Whether both changes ended as they should. */
export const endedAsExpected = ({ changes: [first, second] }: Demonstration): boolean =>
  first.verdict === 'verified' &&
  first.acknowledged === first.expected &&
  second.verdict === 'rolled-back' &&
  second.acknowledged === second.expected - 1;
