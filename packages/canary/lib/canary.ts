import { CANARY_FLAG, isShadow } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import { sameOrder } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { ProposalStore } from '@flaghoist/core/ports/proposal-store';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { servingRegions } from '@flaghoist/core/topology';
import { forgedNext } from '@flaghoist/operations/canary/forge';
import { ownChanges, shownBy, wrongIn } from '@flaghoist/operations/canary/history';
import { nextProposal, notPlantedIn, plantedIn } from '@flaghoist/operations/canary/next-proposal';

export interface CanaryPorts {
  readonly region: string;
  readonly home: HomeSource;
  readonly topology: Pick<TopologySource, 'latest'>;
  readonly flags: Pick<FlagStore, 'current'>;
  readonly changes: Pick<ChangeStore, 'recordsBefore'>;
  /** Under the machine's own key. */
  readonly proposals: Pick<ProposalStore, 'propose'>;
  /** Puts a message into the queue that the canary's service has in a region. */
  send(region: string, message: string): Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** `none`: there is nothing to do here. `waits`: the last change is not decided yet. */
export interface CanaryResult {
  readonly did: 'none' | 'waits' | 'changed';
  /** The region in which the change was planted wrong. */
  readonly planted: string | null;
}

/** Of so many changes one is planted wrong. */
const PLANTED_EVERY = 10;
/** As many as lie between two plants, and twice that where plants had to wait. */
const READ_BACK = 3 * PLANTED_EVERY;
/**
 * Within this a cache has what was put into its queue: three times what any change may take until it is in all caches (3 s), as
 * nothing else keeps the function and the connection warm. Together with the look after 15 s it is well within the minute for
 * which the reconciler leaves the canary's cache alone.
 */
const TAKEN_WITHIN_MS = 10_000;
/** What was decided longer ago was told by an earlier run. */
const NEWS_MS = 150_000;

/**
 * Changes the canary's flag once, every tenth time wrong in one region after the other, and says what became of the change
 * before. It keeps nothing: what was planted where stands in the ids of its changes, and a run that ends anywhere is made
 * good by the next one.
 */
export const canary = async (ports: CanaryPorts): Promise<CanaryResult> => {
  const { region, home, flags, changes, proposals, clock, log } = ports;
  const nothing = { did: 'none', planted: null } as const;
  const { region: decides, epoch } = await home.home();
  if (decides !== region) return nothing;
  const topology = await ports.topology.latest();
  const regions = [...servingRegions(topology)].sort();
  if (!topology.services.some(({ name, state }) => isShadow(name) && state === 'serving')) {
    log.warn('canary has no service that serves', { topologyVersion: topology.version });
    return nothing;
  }
  const current = await flags.current(CANARY_FLAG);
  const own = current === undefined ? [] : await ownChanges(current, changes, READ_BACK);
  const [last] = own;
  if (tell(last, regions, ports) === 'open') return { did: 'waits', planted: null };
  const turn = nextTurn(own, { regions, current, epoch });
  const planted = turn !== null && current !== undefined && (await plant(turn, current, ports)) ? turn : null;
  const notPlanted = planted === null ? (turn ?? undefined) : undefined;
  const proposal = nextProposal({ current, now: clock.now(), planted, notPlanted });
  // Who else has changed the flag meanwhile makes it end as a conflict, and the next run is based on that.
  const proposed = await proposals.propose(proposal);
  log.info('canary proposed', { changeId: proposal.change.id, planted, proposed });
  return { did: 'changed', planted };
};

/** Makes the canary's cache in a region wrong. @returns whether it is: what is broken may be the way into that region */
const plant = async (region: string, current: StoredRevision, { send, clock, log }: CanaryPorts): Promise<boolean> => {
  try {
    await send(region, forgedNext(current, clock.now()));
  } catch (error) {
    log.warn('canary could not plant, another region is next', { to: region, error });
    return false;
  }
  await clock.sleep(TAKEN_WITHIN_MS);
  return true;
};

/** Says how the last change ended. */
const tell = (last: ChangeRecord | undefined, regions: readonly string[], { clock, log, metrics }: CanaryPorts) => {
  const now = clock.now();
  const shown = last === undefined ? undefined : shownBy(last, now);
  const { changeId = '', state, acceptedAt = now, decidedAt = now } = last ?? {};
  const region = (last && wrongIn(last)) ?? '';
  const tookMs = decidedAt - acceptedAt;
  const found = shown === 'found' && now - decidedAt < NEWS_MS;
  // Nobody is expected to find anything in a region that was drained meanwhile.
  const missed = shown === 'missed' && regions.includes(region);
  // 0 where nothing was found: the alarm that waits for a find knows from it that there is a canary.
  const detection = { 'canary-detection': found ? tookMs : 0 };
  const about: Record<string, string> = shown === 'found' || missed ? { planted: region, changeId } : {};
  metrics.measure(found || missed ? { ...detection, 'canary-missed': missed ? 1 : 0 } : detection, about);
  // As long as nothing newer has proven anything.
  // `region` is that of the function in every line of its log.
  if (missed) log.error('planted fault was not found', { planted: region, changeId, state });
  else if (found) log.info('canary found and taken back', { planted: region, changeId, tookMs });
  else if (shown === 'failed') log.warn('canary not verified', { changeId, state });
  return shown;
};

interface Situation {
  /** Those that serve, in the order of their turns. */
  readonly regions: readonly string[];
  readonly current: StoredRevision | undefined;
  /** Of home: the next change has it. */
  readonly epoch: number;
}

/** In which region the next change is to be planted wrong: the one after the last one's, when nine changes have passed. */
const nextTurn = (own: readonly ChangeRecord[], { regions, current, epoch }: Situation): string | null => {
  const [last] = own;
  const since = own.findIndex((record) => wrongIn(record) !== null);
  const unplanted = since < 0 ? own.length : since;
  // Only over a change that was verified is there anything to go back to.
  const isSound = last?.state === 'verified' && current !== undefined && sameOrder(last.order, current.order);
  // Since home moved nothing was accepted: under the order of CURRENT's epoch a mistake would be older than the next change, and lost.
  const isOfEpoch = current?.order.epoch === epoch;
  if (!isSound || !isOfEpoch || unplanted < PLANTED_EVERY - 1) return null;
  const before = newestTurn(own);
  return regions.find((region) => region > before) ?? regions[0] ?? null;
};

/** Where it was planted last, or nothing could be planted. */
const newestTurn = (own: readonly ChangeRecord[]): string => {
  for (const { changeId } of own) {
    const region = plantedIn(changeId) ?? notPlantedIn(changeId);
    if (region !== null) return region;
  }
  return '';
};
