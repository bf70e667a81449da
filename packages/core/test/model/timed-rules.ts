import type { ChangeRecord } from '../../lib/change.ts';
import type { Outage } from '../../lib/complaint.ts';
import { type Decision, type DecisionInput, decide } from '../../lib/decision.ts';
import type { Order } from '../../lib/order.ts';
import type { Proof } from '../../lib/proof.ts';
import { endsSearch, isFloor } from '../../lib/revert-target.ts';
import { looks, type Verdict } from '../../lib/verdict.ts';

/**
 * Rules 9 and 13 to 15: offers, refusing caches, old news, the floor. Core decides; the model is what core decides about,
 * and can be told to break each rule.
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
export const CONCLUSION_SECONDS = { silent: 60, refused: 107 } as const;
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
  decidedAt?: number;
  /** When it first stopped being undecided. */
  endedAt?: number;
  target?: Order | null;
}

/** What home and the regions keep of failing caches and of Redis that refuse. */
export interface Degradation {
  /** Of a cache: the changes that it failed, and when. */
  readonly notes: Map<string, Map<string, number>>;
  /** Of a Redis that refuses: when its region noted that first, until a pass finds it well. Seconds. */
  readonly outages: Map<string, number>;
  /** Of a Redis: the newest of its outages that has taken a change back. Milliseconds. */
  readonly taken: Map<string, Outage>;
}

export const cacheName = (region: string, service: number): string => `${region}/service ${service}`;

/** The floor of rule 14: the change where the search for a target ends, if it may be one. */
export const floorOf = (
  { hasFloor, floorWasSeen }: TimedRules,
  judged: ModelChange,
  earlier: readonly ModelChange[],
  knownGood: Order | null,
): Order | null => {
  const last = earlier.find(({ record }) => endsSearch(record, knownGood));
  if (!hasFloor || last === undefined) return null;
  const { state, order } = last.record;
  const is = floorWasSeen
    ? isFloor(last.record, [...last.proofs.values()], judged.record.acceptedAt)
    : state === 'unverified' || state === 'held';
  return is ? order : null;
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

const verdictOf = (findings: readonly CacheFinding[]): Verdict => {
  const has = (wanted: CacheFinding['finding']): boolean => findings.some(({ finding }) => finding === wanted);
  if (has('lying')) return 'inconsistent';
  if (has('refusing')) return 'refusing';
  return findings.every(({ finding }) => finding === 'holds') ? 'consistent' : 'unknown';
};

/** A region's answer as the proof on which core decides. */
export const proofOf = (rules: TimedRules, answer: Answer, degradation: Degradation, now: number): Proof => {
  const { region, findings, look } = answer;
  const nameOf = ({ service }: CacheFinding): string => cacheName(region, service);
  const lying = findings.filter(({ finding }) => finding === 'lying');
  const isDue = look >= rules.judgesRefusalsAtLook;
  return {
    region,
    verdict: verdictOf(findings),
    services: lying.map(nameOf),
    degraded: lying
      .filter((finding) => isDegraded(degradation, nameOf(finding), now) || lieTogether(findings, finding))
      .map(nameOf),
    look: isDue ? 3 : (looks.find((each) => each === look) ?? 1),
    seenAt: milliseconds(rules.asksAgainAboutOldNews ? answer.seenAt : now),
    holding: findings.filter(({ finding }) => finding === 'holds').length,
    refusing: findings
      .filter(({ finding }) => finding === 'refusing')
      .map((finding) => ({
        service: nameOf(finding),
        redis: finding.redis,
        error: finding.outOfMemory ? 'OOM' : 'READONLY',
        outageSince: milliseconds(degradation.outages.get(finding.redis) ?? answer.seenAt),
      })),
  };
};

export const milliseconds = (seconds: number): number => Math.round(seconds * 1_000);
