import { type ChangeRecord, onInconsistent } from '../../lib/change.ts';
import { type Decision, type DecisionInput, decide, type Proof, revertTarget } from '../../lib/decision.ts';
import { isNewer, type Order } from '../../lib/order.ts';

/**
 * Rules 9 and 13 to 15 as amended: offers, refusing caches, old news, the floor. `decide` of core decides; the model is
 * ahead of the product in everything that is handed to it.
 */
export interface TimedRules {
  /** A cache found older, absent or unloaded is offered the newest revision before it is judged. */
  readonly offersFirst: boolean;
  /** A cache without a manifest is unknown at every look, unless the server refuses the load. */
  readonly emptyIsUnknown: boolean;
  /** The look at which a cache that refuses is judged. */
  readonly judgesRefusalsAtLook: 2 | 3;
  readonly oncePerOutage: boolean;
  /** An outage counts as having taken back whatever was taken back while its Redis refused it. */
  readonly outagesShareARevert: boolean;
  /** Out of memory takes a larger change back each time. */
  readonly fullTakesBackLarger: boolean;
  readonly asksAgainAboutOldNews: boolean;
  readonly lateMessagesAreDropped: boolean;
  /** The reconciler sends a consistent verdict for every unproven change that all its caches hold. */
  readonly reconcilerProves: boolean;
  /** The reconciler keeps the note of a failing cache alive. */
  readonly notesAreKept: boolean;
  /** An outage ends with a pass that found every cache of the Redis on CURRENT, or wrote it there. */
  readonly outageEndsWithAWrite: boolean;
  readonly hasFloor: boolean;
  /** The floor was seen in a cache before the judged change came, and no cache that is not degraded has failed it. */
  readonly floorWasSeen: boolean;
  readonly decide: (input: DecisionInput) => Decision;
}

export const timedRules: TimedRules = {
  offersFirst: true,
  emptyIsUnknown: true,
  judgesRefusalsAtLook: 3,
  oncePerOutage: true,
  outagesShareARevert: true,
  fullTakesBackLarger: true,
  asksAgainAboutOldNews: true,
  lateMessagesAreDropped: true,
  reconcilerProves: true,
  notesAreKept: true,
  outageEndsWithAWrite: true,
  hasFloor: true,
  floorWasSeen: true,
  decide,
};

export const LATE_SECONDS = 15;
export const LOOK_SECONDS = { second: 30, third: 87 } as const;
export const CONCLUSION_SECONDS = { silent: 60, refused: 92 } as const;
export const OLD_NEWS_SECONDS = 30;
export const LATE_MESSAGE_SECONDS = 60;
const NOTE_SECONDS = 600;

/** What a look found of one expected cache, after the offer. */
export interface CacheFinding {
  readonly service: number;
  readonly redis: string;
  readonly finding: 'holds' | 'late' | 'lying' | 'refusing' | 'silent';
  readonly outOfMemory: boolean;
}

export interface Answer {
  readonly region: string;
  readonly flag: number;
  readonly revision: number;
  readonly look: number;
  readonly seenAt: number;
  readonly findings: readonly CacheFinding[];
}

export interface ModelChange {
  record: ChangeRecord;
  readonly flag: number;
  readonly size: number;
  readonly acceptedAt: number;
  readonly answers: Map<string, Answer>;
  readonly proofs: Map<string, Proof>;
  /** An answer named a refusing cache: the conclusion waits for the third look. */
  refused: boolean;
  decidedAt?: number;
  /** When it first stopped being undecided. */
  endedAt?: number;
  /** When a look first found a cache that held it. */
  seenAt?: number;
  /** A cache that answered, and was not degraded, did not hold it. */
  failed: boolean;
  target?: Order | null;
}

/** What home and the regions keep of failing caches and of Redis that refuse. */
export interface Degradation {
  /** Of a cache: the changes that it failed, and when. */
  readonly notes: Map<string, Map<string, number>>;
  /** Of a Redis that refuses: the change that its outage has taken back, or none yet. */
  readonly outages: Map<string, string | null>;
}

export const cacheName = (region: string, service: number): string => `${region}/service ${service}`;

/** The floor of rule 14: the newest change that home concluded without a verdict. */
export const floorOf = (rules: TimedRules, judged: ModelChange, earlier: readonly ModelChange[]): Order | null => {
  if (!rules.hasFloor) return null;
  const floor = earlier.find(
    ({ record: { state }, seenAt = Number.POSITIVE_INFINITY, failed }) =>
      (state === 'unverified' || state === 'held') && (!rules.floorWasSeen || (seenAt < judged.acceptedAt && !failed)),
  );
  return floor?.record.order ?? null;
};

/** A cache that fails several changes within ten minutes is itself at fault. */
const isDegraded = ({ notes }: Degradation, cache: string, now: number): boolean =>
  [...(notes.get(cache)?.values() ?? [])].filter((at) => now - at < NOTE_SECONDS).length >= 2;

/** Two or more, and at least half of the expected caches of one Redis, that answer as taken and still hold older. */
const lieTogether = (findings: readonly CacheFinding[], { redis }: CacheFinding): boolean => {
  const expected = findings.filter((other) => other.redis === redis);
  const lying = expected.filter(({ finding }) => finding === 'lying');
  return lying.length >= 2 && lying.length * 2 >= expected.length;
};

interface Weighed {
  readonly proof: Proof;
  /** The refusing Redis that this answer blames. */
  readonly blamedRedis: readonly string[];
}

interface Weighing {
  change: ModelChange;
  answer: Answer;
  degradation: Degradation;
  /** The size of what a revert would bring back. */
  targetSize: number;
  now: number;
}

/** A region's answer as the proof on which core decides. */
export const weigh = (rules: TimedRules, { change, answer, degradation, targetSize, now }: Weighing): Weighed => {
  const { region, findings, look } = answer;
  const nameOf = ({ service }: CacheFinding): string => cacheName(region, service);
  const lying = findings.filter(({ finding }) => finding === 'lying');
  const refusing = findings.filter(({ finding }) => finding === 'refusing');
  const mayBlame = ({ redis, outOfMemory }: CacheFinding): boolean => {
    if (onInconsistent[change.record.kind] === 'hold' || !rules.oncePerOutage) return true;
    if (outOfMemory && rules.fullTakesBackLarger && change.size > targetSize) return true;
    return (degradation.outages.get(redis) ?? null) === null;
  };
  const judged = look >= rules.judgesRefusalsAtLook ? refusing.filter(mayBlame) : [];
  const blamed = [...lying, ...judged];
  const waits = findings.some(({ finding }) => finding !== 'holds');
  return {
    proof: {
      region,
      verdict: blamed.length > 0 ? 'inconsistent' : waits ? 'unknown' : 'consistent',
      services: blamed.map(nameOf),
      degraded: lying
        .filter((finding) => isDegraded(degradation, nameOf(finding), now) || lieTogether(findings, finding))
        .map(nameOf),
    },
    blamedRedis: judged
      .filter(({ outOfMemory }) => !outOfMemory || !rules.fullTakesBackLarger)
      .map(({ redis }) => redis),
  };
};

/** Core's decision. The floor stands in for known good wherever a revert looks for its target. */
export const decideWithFloor = (rules: TimedRules, input: DecisionInput, floor: Order | null): Decision => {
  const decision = rules.decide(input);
  if (decision.action !== 'revert' && !(decision.action === 'hold' && decision.reason === 'another-change-between')) {
    return decision;
  }
  return rules.decide({ ...input, knownGood: newestOf(input.knownGood, floor) });
};

export const newestOf = (knownGood: Order | null, floor: Order | null): Order | null =>
  floor !== null && (knownGood === null || isNewer(floor, knownGood)) ? floor : knownGood;

export const targetOf = (
  judged: ChangeRecord,
  knownGood: Order | null,
  earlier: readonly ChangeRecord[],
): ChangeRecord | null => revertTarget({ judged, knownGood, earlier });
