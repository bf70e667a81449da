import type { ChangeRecord, ChangeState } from '@flaghoist/core/change';
import { type Envelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { formatOrder, sameOrder } from '@flaghoist/core/order';
import type { Queue } from '@flaghoist/in-memory/queue';
import { shippedTopology, type TestWorld } from '../support/world.ts';
import { flagKeys, type Proposed } from './story.ts';

/** A cache that answers wrongly, or not at all, from before the outage on. */
export interface DeadCache {
  readonly region: string;
  readonly service: string;
  /** Well again since the end of the outage: it may be blamed, and must be right. */
  readonly healed: boolean;
}

interface Given {
  readonly proposed: readonly Proposed[];
  readonly dead: DeadCache | null;
  /** Whether a message may have been given up by then: its queue tries for less than a day. */
  readonly forADay: boolean;
}

/** What an outcome looks like in the trail. */
const outcomeEvents: Readonly<Record<string, string>> = {
  accepted: 'ChangeAccepted',
  rejected: 'ChangeRejected',
  conflict: 'ChangeConflicted',
  expired: 'ProposalExpired',
  withdrawn: 'ProposalWithdrawn',
};

const decisionEvents: Readonly<Record<Exclude<ChangeState, 'accepted'>, string>> = {
  verified: 'ChangeVerified',
  'rolled-back': 'ChangeRolledBack',
  held: 'ChangeHeld',
  superseded: 'ChangeSuperseded',
  unverified: 'ChangeUnverified',
};

/** Told about a region's part of a change, or as often as it is true. */
const manyTimes: ReadonlySet<string> = new Set([
  'ChangePublished',
  'RegionVerdict',
  'VerifyRequested',
  'CacheDegraded',
  'CacheRepaired',
  'ChangeApproved',
]);

/** Everything that must not be so when all has had time to heal; empty when it has. */
export const problemsOf = async (t: TestWorld, given: Given): Promise<readonly string[]> => {
  const problems: string[] = [];
  for (const { changeId, kind } of given.proposed) {
    const outcome = await t.outcome(changeId);
    if (outcome === undefined) problems.push(`${kind} ${changeId} has no outcome`);
    else {
      if (kind === 'killed' && outcome.outcome !== 'accepted') problems.push(`kill ${changeId} ${outcome.outcome}`);
      const trail = await toldOf(t, changeId);
      problems.push(...once(trail, changeId, 'ChangeProposed'));
      problems.push(...once(trail, changeId, outcomeEvents[outcome.outcome] ?? outcome.outcome));
    }
  }
  for (const flagKey of new Set([...flagKeys, ...given.proposed.map((each) => each.flagKey)]))
    problems.push(...(await problemsOfFlag(t, flagKey, given)));
  problems.push(...(await problemsOfOperations(t)));
  problems.push(...deadLettersOf(t, given));
  return problems;
};

/** What operators did is in the trail once, like what authors did. */
const problemsOfOperations = async (t: TestWorld): Promise<string[]> => {
  const { version } = await t.world.topology.latest();
  const { epoch } = await t.region(0).home.home();
  const expected = [
    ...Array.from({ length: version - shippedTopology.version }, () => 'TopologyPublished'),
    ...Array.from({ length: epoch }, () => 'HomeMoved'),
  ];
  const told = (await t.world.audit.search({}))
    .map(({ type }) => type)
    .filter((type) => type === 'TopologyPublished' || type === 'HomeMoved');
  return told.toSorted().join() === expected.toSorted().join()
    ? []
    : [`the trail has of operators [${told.join(', ')}], not [${expected.join(', ')}]`];
};

/** The types of a change's documents, without those that are told many times. */
const toldOf = async (t: TestWorld, changeId: string): Promise<readonly string[]> =>
  (await t.world.audit.search({ changeId })).map(({ type }) => type).filter((type) => !manyTimes.has(type));

const once = (told: readonly string[], changeId: string, type: string): string[] => {
  const times = told.filter((each) => each === type).length;
  return times === 1 ? [] : [`${changeId} ${type} ${times} times in the trail`];
};

const problemsOfFlag = async (t: TestWorld, flagKey: string, { dead }: Given): Promise<string[]> => {
  const revisions = await t.revisions(flagKey);
  const newest = revisions.at(-1);
  if (newest === undefined) return [];
  const problems: string[] = [];
  for (const region of t.regions) {
    const current = await t.world.region(region).store.current(flagKey);
    if (current?.body !== serialiseEnvelope(newest)) {
      problems.push(`CURRENT of ${flagKey} in ${region} is not the accepted ${formatOrder(newest)}`);
    }
  }
  const stillDead = dead === null || dead.healed ? undefined : `${dead.region}/${dead.service}`;
  const wrong = (await t.wrongCaches(flagKey, newest)).filter((each) => each !== stillDead);
  for (const cache of wrong) problems.push(`${cache} is not on ${flagKey} ${formatOrder(newest)}`);
  for (const revision of revisions) {
    const record = await t.record(flagKey, revision);
    if (record === undefined) problems.push(`${flagKey} ${formatOrder(revision)} has no record`);
    else problems.push(...(await problemsOfChange(t, { record, revision, dead })));
  }
  if (stillDead !== undefined) return problems;
  const good = await t.knownGood(flagKey);
  if (good === null || !sameOrder(good, newest))
    problems.push(`known good of ${flagKey} is ${good && formatOrder(good)}`);
  return problems;
};

interface Change {
  readonly record: ChangeRecord;
  readonly revision: Envelope;
  readonly dead: DeadCache | null;
}

const problemsOfChange = async (t: TestWorld, { record, revision, dead }: Change): Promise<string[]> => {
  const { changeId, state, kind } = record;
  const name = `${kind} ${changeId}`;
  if (state === 'accepted') return [`${name} is undecided`];
  const told = await toldOf(t, changeId);
  const problems = [
    ...once(told, changeId, 'ChangeAccepted'),
    ...once(told, changeId, decisionEvents[state]),
    ...(revision.change.id === changeId ? [] : [`${name} is ${revision.change.id} in its revision`]),
  ];
  const others = told.filter((type) => Object.values(decisionEvents).includes(type) && type !== decisionEvents[state]);
  // A held or unverified change may heal, and its revision become known good.
  const before = new Set(['ChangeUnverified', ...(state === 'held' ? ['ChangeVerified'] : [])]);
  problems.push(...others.filter((type) => !before.has(type)).map((type) => `${name} is ${state}, told ${type}`));
  if (state === 'verified') return problems;
  if (dead === null) return [...problems, `${name} is ${state}, and every cache is well`];
  if (state === 'unverified') return [...problems, ...(await unnamed(t, record, dead))];
  if (state === 'superseded') return problems;
  const blamed = record.blame?.region === dead.region && record.blame.services.every((each) => each === dead.service);
  if (!blamed) problems.push(`${name} is ${state}, blamed ${JSON.stringify(record.blame)}`);
  return problems;
};

/** An unverified change must say who is silent: the region of the dead cache, and no other. */
const unnamed = async (t: TestWorld, { changeId, kind }: ChangeRecord, dead: DeadCache): Promise<string[]> => {
  const verdicts = await t.verdicts(changeId);
  const named = verdicts.some(
    ({ region, atFault, degraded }) =>
      region === dead.region &&
      [...atFault.map(({ service }) => service), ...degraded].some((service) => service === dead.service),
  );
  return named ? [] : [`${kind} ${changeId} is unverified, and nobody names ${dead.region}/${dead.service}`];
};

/** A place in the stream of proposals: `resume` has judged within a minute whatever stood there. */
const isPlaceOfProposals = (name: string, body: string): boolean =>
  name === 'accept-dropped' && body.includes('"DDBStreamBatchInfo"');

/**
 * Messages that were given up, but for four kinds: those of the dead cache's own queue; runs of a schedule, whose next run
 * does the same work; places in the stream of proposals, which keep nothing; and after a day those of queues, which try for
 * less.
 */
const deadLettersOf = (t: TestWorld, { dead, forADay }: Given): string[] => {
  if (forADay) return [];
  const left = new Map<string, number>();
  const count = (name: string, queue: Queue | undefined): void => {
    const bodies = (queue?.bodies() ?? []).filter(
      (body) => !body.startsWith('{"requestPayload"') && !isPlaceOfProposals(name, body),
    );
    if (bodies.length > 0) left.set(name, (left.get(name) ?? 0) + bodies.length);
  };
  const planned = Object.keys(t.world.wiring.deadLetters);
  for (const [name, queue] of t.world.home.queues) if (planned.includes(name)) count(name, queue);
  for (const region of t.world.regions.values()) {
    const own = region.name === t.home ? [] : [...region.ownQueues];
    for (const [name, queue] of own) if (planned.includes(name)) count(name, queue);
    for (const service of t.services) {
      if (region.name === dead?.region && service === dead.service) continue;
      count('dead letters of services', region.queues.queue(service).deadLetterQueue);
    }
  }
  return [...left].map(([name, messages]) => `${messages} left in ${name}`);
};
