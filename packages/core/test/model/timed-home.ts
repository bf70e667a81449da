import type { ChangeKind, FlagState } from '../../lib/change.ts';
import { type Outage, outagesOf } from '../../lib/complaint.ts';
import type { Conclusion, Decision } from '../../lib/decision.ts';
import { nextOrder } from '../../lib/order.ts';
import { isOldNews, supersedesProof } from '../../lib/proof.ts';
import { firstSeen, revertTarget } from '../../lib/revert-target.ts';
import { look, reconcile, spread } from './timed-region.ts';
import {
  type Answer,
  CONCLUSION_SECONDS,
  floorOf,
  LOOK_SECONDS,
  type ModelChange,
  milliseconds,
  proofOf,
} from './timed-rules.ts';
import { changeAt, nameOf, newestOfFlag, noteFailure, type Region, say, type TimedWorld } from './timed-world.ts';

export interface Proposal {
  flag?: number;
  kind?: ChangeKind;
  document: string;
  size?: number;
  cause?: ModelChange;
  flagState?: FlagState;
}

/** Accepts a change: it spreads, is looked at, asked for, and concluded. */
export const accept = (
  world: TimedWorld,
  { flag = 0, kind = 'updated', document, size = 1, cause, flagState }: Proposal,
): ModelChange => {
  const { timeline } = world;
  const current = newestOfFlag(world, flag);
  const order = nextOrder(1, current?.record.order ?? null);
  const change: ModelChange = {
    record: {
      changeId: `${flag}:${order.revision}`,
      flagKey: `flag ${flag}`,
      order,
      kind,
      flagState: flagState ?? stateAfter(kind, current),
      state: 'accepted',
      envelopeDigest: `envelope ${flag}:${order.revision}`,
      documentDigest: document,
      regions: world.regions.map(({ name }) => name),
      topologyVersion: 1,
      acceptedAt: milliseconds(timeline.now),
      causeId: cause?.record.changeId,
    },
    flag,
    size,
    acceptedAt: timeline.now,
    answers: new Map(),
    proofs: new Map(),
  };
  world.changes[flag]?.push(change);
  say(world, `${nameOf(flag, order.revision)} (${kind}, ${document}) is accepted`);
  for (const region of world.regions) spread(world, region, change, (answer) => send(world, answer));
  timeline.after(LOOK_SECONDS.second, () => ask(world, change, 2, () => true));
  timeline.after(LOOK_SECONDS.third, () =>
    ask(world, change, 3, (answer) => answer?.findings.some(({ finding }) => finding === 'refusing') ?? false),
  );
  timeline.after(CONCLUSION_SECONDS.silent, () => conclude(world, change, 'early'));
  timeline.after(CONCLUSION_SECONDS.refused, () => conclude(world, change, 'last'));
  return change;
};

/** Like judging, it waits while home's decider is away. */
const conclude = (world: TimedWorld, change: ModelChange, concluding: Conclusion): void => {
  const wait = Math.max(0, world.deciderAwayUntil - world.timeline.now);
  if (wait === 0) decideAbout(world, change, concluding);
  else world.timeline.after(wait, () => conclude(world, change, concluding));
};

const stateAfter = (kind: ChangeKind, current: ModelChange | undefined): FlagState => {
  if (kind === 'killed') return 'killed';
  if (kind === 'archived') return 'archived';
  return kind === 'updated' && current?.record.flagState === 'killed' ? 'killed' : 'live';
};

const ask = (
  world: TimedWorld,
  change: ModelChange,
  number: number,
  wanted: (answer: Answer | undefined) => boolean,
): void => {
  if (change.record.state !== 'accepted') return;
  for (const region of world.regions) {
    if (change.proofs.get(region.name)?.verdict === 'consistent' || !wanted(change.answers.get(region.name))) continue;
    world.timeline.after(0.3 + world.timeline.chance() * 0.5, () =>
      look(world, region, change, { number, send: (answer) => send(world, answer) }),
    );
  }
};

const send = (world: TimedWorld, answer: Answer): void => {
  const { timeline } = world;
  const wait = Math.max(0.2 + timeline.chance() * 0.5, world.deciderAwayUntil - timeline.now);
  timeline.after(wait, () => hear(world, answer));
};

/** A region's answer arrives at home, perhaps long after its caches were seen. */
const hear = (world: TimedWorld, answer: Answer): void => {
  const { rules, timeline, degradation } = world;
  const change = changeAt(world, answer.flag, answer.revision);
  const region = world.regions.find(({ name }) => name === answer.region);
  if (change === undefined || region === undefined) return;
  noteFindings(world, region, answer, change);
  const proof = proofOf(rules, answer, degradation, timeline.now);
  change.answers.set(answer.region, answer);
  if (supersedesProof(change.proofs.get(answer.region), proof)) change.proofs.set(answer.region, proof);
  decideAbout(world, change, 'none');
  const { state } = change.record;
  if (state === 'accepted' && proof.verdict !== 'consistent' && isOldNews(proof, milliseconds(timeline.now))) {
    say(world, `what ${answer.region} saw of ${nameOf(answer.flag, answer.revision)} is old news, it is asked again`);
    look(world, region, change, { number: answer.look, send: (fresh) => send(world, fresh) });
  }
  // Whoever refused the change as well, and is heard of only now, has taken it back too.
  if (state === 'rolled-back' && (rules.outagesShareARevert || change.decidedAt === timeline.now))
    takenBackBy(world, outagesOf([proof], outgrowsTarget(world, change)));
};

/** What the region notes of its own caches before it answers. */
const noteFindings = (world: TimedWorld, region: Region, { findings, seenAt }: Answer, change: ModelChange): void => {
  const { outages } = world.degradation;
  for (const cache of region.caches) {
    const found = findings.find(({ service }) => service === cache.service)?.finding;
    if (found === 'lying') noteFailure(world, cache, change.record.changeId);
    if (found === 'refusing' && !outages.has(cache.redis)) outages.set(cache.redis, seenAt);
  }
};

const takenBackBy = ({ degradation }: TimedWorld, outages: readonly Outage[]): void => {
  for (const outage of outages) {
    const last = degradation.taken.get(outage.redis);
    if (last === undefined || last.since < outage.since) degradation.taken.set(outage.redis, outage);
  }
};

const before = (world: TimedWorld, change: ModelChange) => {
  const { flag, record } = change;
  const knownGood = world.knownGood[flag] ?? null;
  const changes = (world.changes[flag] ?? []).slice(0, record.order.revision - 1).reverse();
  const floor = floorOf(world.rules, change, changes, knownGood);
  return { floor, knownGood, earlier: changes.map((other) => other.record) };
};

const outgrowsTarget = (world: TimedWorld, change: ModelChange): boolean => {
  if (!world.rules.fullTakesBackLarger) return false;
  const target = revertTarget({ judged: change.record, ...before(world, change) });
  return change.size > (target === null ? 0 : (changeAt(world, change.flag, target.order.revision)?.size ?? 0));
};

const decideAbout = (world: TimedWorld, change: ModelChange, concluding: Conclusion): void => {
  const { rules, degradation, timeline } = world;
  const decision = rules.decide({
    judged: change.record,
    proofs: [...change.proofs.values()],
    excusedRegions: new Set(),
    current: newestOfFlag(world, change.flag)?.record.order ?? change.record.order,
    ...before(world, change),
    revertsLeft: 20,
    now: milliseconds(timeline.now),
    outages: rules.oncePerOutage ? [...degradation.taken.values()] : [],
    outgrows: outgrowsTarget(world, change),
    concluding,
  });
  carryOut(world, change, decision);
};

const carryOut = (world: TimedWorld, change: ModelChange, decision: Decision): void => {
  const { flag } = change;
  const end = (state: ModelChange['record']['state'], why = ''): void => {
    const failed = 'blame' in decision && decision.blame.fault === 'failed';
    change.record = { ...change.record, state, seenAt: firstSeen([...change.proofs.values()]), failed };
    change.decidedAt = world.timeline.now;
    change.endedAt ??= world.timeline.now;
    say(world, `${nameOf(flag, change.record.order.revision)} ends as ${state}${why}`);
  };
  switch (decision.action) {
    case 'wait':
      return;
    case 'verify':
      end('verified');
      if (decision.knownGood) world.knownGood[flag] = change.record.order;
      return;
    case 'advance-known-good':
      world.knownGood[flag] = change.record.order;
      return;
    case 'supersede':
      end('superseded');
      return;
    case 'unverify':
      end('unverified');
      return;
    case 'hold':
      end('held', `: ${decision.reason}`);
      change.record = { ...change.record, holdReason: decision.reason };
      return;
    case 'revert': {
      const target = decision.target;
      end('rolled-back', `, to revision ${target?.order.revision ?? 'none'}: ${decision.blame.services.join(', ')}`);
      change.target = target?.order ?? null;
      takenBackBy(world, world.rules.outagesShareARevert ? decision.outages : []);
      accept(world, {
        flag,
        kind: 'rolled-back',
        document: target?.documentDigest ?? 'tombstone',
        size: target === null ? 0 : (changeAt(world, flag, target.order.revision)?.size ?? 0),
        cause: change,
        flagState: target?.flagState ?? 'archived',
      });
      return;
    }
  }
};

export const startReconcilers = (world: TimedWorld): void => {
  for (const region of world.regions) {
    const everyMinute = (): void => {
      reconcile(world, region, (answer) => send(world, answer));
      world.timeline.after(60, everyMinute);
    };
    world.timeline.after(world.timeline.chance() * 60, everyMinute);
  }
};
