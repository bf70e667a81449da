import type { ChangeRecord, ChangeState, ProposableKind } from '../../lib/change.ts';
import type { Complaint } from '../../lib/complaint.ts';
import type { Conclusion } from '../../lib/decision.ts';
import { type Envelope, type FlagDocument, recordOf } from '../../lib/envelope.ts';
import { proofWith } from '../support.ts';
import type { World } from './watched-world.ts';
import { at, currentOf, EPOCH, envelopeAt, orderOf, REGIONS, type VerdictMessage } from './world.ts';

/*
 * The home region: accept, judge, ask, conclude. Each is one transaction, as in the design.
 */

export const documentOf = (variant: string): FlagDocument => ({
  state: 'ENABLED',
  variants: { on: true, off: false, [variant]: true },
  defaultVariant: variant,
  targeting: {},
});

interface Wish {
  kind: ProposableKind;
  document?: FlagDocument;
  audience?: '*' | string[];
}

/** Accepts a proposal that the rules passed, and publishes it to all regions at once. */
export const accept = (world: World, { kind, document, audience }: Wish): void => {
  const current = currentOf(world) ?? null;
  const revision = world.revisions.length + 1;
  const envelope = world.rules.buildRevision(
    {
      flagKey: 'flag',
      kind,
      basedOn: current === null ? null : orderOf(current.revision),
      ...(document === undefined ? {} : { document }),
      ...(audience === undefined ? {} : { audience }),
      offVariant: 'off',
      owner: 'team',
      change: { id: `change-${revision}`, actor: 'author', authentication: 'local', reason: 'because' },
      proposedAt: revision,
    },
    {
      environment: 'test',
      epoch: EPOCH,
      rulesVersion: 1,
      topology: world.topology,
      current,
      currentVerified: current !== null && at(world.records, current.revision - 1).state === 'verified',
      evidence: {},
      now: revision,
    },
  );
  append(world, envelope);
};

const append = (world: World, envelope: Envelope): void => {
  world.truth.appended(world, envelope);
  world.revisions.push(envelope);
  world.records.push(recordOf(envelope));
  world.proofs.push(new Map());
  for (const region of world.regions.values()) region.pending.push(envelope.revision);
  for (const region of world.regions.values()) publish(world, region.name, envelope);
};

/** To one region's topic: its filters let the message through to the services it concerns. */
export const publish = (world: World, regionName: string, envelope: Envelope): void => {
  const region = world.regions.get(regionName);
  if (region === undefined || region.cut) return;
  const { audience, departed } = envelope;
  for (const cache of region.caches.values()) {
    if (audience === '*' || audience.includes(cache.service) || departed.includes(cache.service)) {
      cache.queue.push(envelope);
    }
  }
};

/** Whoever does not serve now is not asked. */
const excusedRegions = (world: World): ReadonlySet<string> =>
  new Set(
    REGIONS.filter(
      (name) => !world.topology.regions.some((region) => region.name === name && region.state === 'serving'),
    ),
  );

/** Takes one region's answer: keeps the proof, then decides. */
export const judge = (world: World, message: VerdictMessage): void => {
  world.truth.heard(message);
  const { revision, ...proof } = message;
  const proofs = at(world.proofs, revision - 1);
  if (world.rules.supersedesProof(proofs.get(proof.region), proof)) proofs.set(proof.region, proof);
  decideChange(world, revision, 'none');
};

export const conclude = (world: World, revision: number): void => decideChange(world, revision, 'last');

/** Asks the regions that have not proven a change once more. */
export const ask = (world: World, revision: number): void => {
  const excused = excusedRegions(world);
  for (const name of at(world.records, revision - 1).regions) {
    const region = world.regions.get(name);
    const answer = at(world.proofs, revision - 1).get(name)?.verdict;
    if (region === undefined || region.cut || excused.has(name) || answer === 'consistent') continue;
    const row = region.rows.get(revision);
    if (row === undefined) {
      world.verdicts.push({ revision, ...proofWith(name, 'unknown') });
    } else if (row.answer === 'unknown') row.answer = 'open';
  }
};

/** The records before a change, newest first, no further back than the store has to read. */
const earlierOf = (world: World, revision: number): ChangeRecord[] => {
  const earlier: ChangeRecord[] = [];
  for (let index = revision - 2; index >= 0; index -= 1) {
    const record = at(world.records, index);
    earlier.push(record);
    if (world.rules.endsSearch(record, world.knownGood)) break;
  }
  return earlier;
};

const decideChange = (world: World, revision: number, concluding: Conclusion): void => {
  const judged = at(world.records, revision - 1);
  const decision = world.rules.decide({
    judged,
    proofs: [...at(world.proofs, revision - 1).values()],
    excusedRegions: excusedRegions(world),
    current: orderOf(world.revisions.length),
    knownGood: world.knownGood,
    // Looks, outages and what is old news need a clock: `test/model/timed.test.ts` has one.
    now: 0,
    outages: [],
    outgrows: false,
    floor: null,
    earlier: earlierOf(world, revision),
    revertsLeft: world.revertsLeft,
    concluding,
  });
  switch (decision.action) {
    case 'wait':
      return;
    case 'verify':
      setState(world, revision, 'verified');
      if (decision.knownGood) setKnownGood(world, revision);
      return;
    case 'advance-known-good':
      setKnownGood(world, revision);
      return;
    case 'revert':
      revert(world, revision, decision.target, decision.blame);
      return;
    case 'hold':
      setState(world, revision, 'held', decision.blame);
      publish(world, decision.blame.region, at(world.revisions, world.revisions.length - 1));
      return;
    case 'supersede':
      setState(world, revision, 'superseded', decision.blame);
      return;
    case 'unverify':
      setState(world, revision, 'unverified');
  }
};

const setState = (world: World, revision: number, state: ChangeState, blame?: Complaint): void => {
  const record = at(world.records, revision - 1);
  world.records[revision - 1] = { ...record, state };
  world.truth.decided(world, revision, record.state, state, blame?.region);
};

const setKnownGood = (world: World, revision: number): void => {
  const previous = world.knownGood;
  world.knownGood = orderOf(revision);
  world.truth.knownGoodMoved(world, revision, previous);
};

const revert = (world: World, revision: number, target: ChangeRecord | null, blame: Complaint): void => {
  const judged = envelopeAt(world, revision);
  world.revertsLeft -= 1;
  setState(world, revision, 'rolled-back', blame);
  const envelope = world.rules.buildRevert({
    judged,
    target: target === null ? null : envelopeAt(world, target.order.revision),
    epoch: EPOCH,
    rulesVersion: 1,
    topology: world.topology,
    now: judged.revision + 1,
    reason: 'a cache did not hold it',
  });
  append(world, envelope);
  world.truth.reverted(world, envelope, judged, blame);
};
