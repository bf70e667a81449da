import type { ChangeRecord } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { isRetryable, UnavailableError } from '@flaghoist/core/errors';
import { type AlikeRead, FACTS_STAY } from '@flaghoist/core/facts';
import { needsOf } from '@flaghoist/core/flag-facts';
import { newestAccepted } from '@flaghoist/core/newest-accepted';
import { type Order, orderOf } from '@flaghoist/core/order';
import { whatStandsIn } from '@flaghoist/core/place';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { CurrentRepair, FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { TakeOverStore } from '@flaghoist/core/ports/take-over-store';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { buildKillAgain } from '@flaghoist/core/revision';
import { foundLate, outcomesOf, revertsOf } from '@flaghoist/core/taken-over';
import { summaryOf } from '@flaghoist/rules/summary';
import { nameMisfits } from './name-misfits.ts';
import { putCurrentRight } from './put-current-right.ts';

export interface AdoptPorts {
  readonly flags: FlagStore & CurrentRepair;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'proofs' | 'accept' | 'outcome'> & TakeOverStore;
  readonly home: HomeSource;
  readonly topology: Pick<TopologySource, 'latest'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/**
 * What a home does about a revision of an older epoch, as often as it meets it: CURRENT is put right, a kill that nothing here
 * has carried out is carried out again, and what was accepted gets its outcome and its record, last of all, so that whoever
 * died in between begins again.
 *
 * @param epoch of this home
 * @returns whether the revision was new here
 * @throws UnavailableError when something has moved meanwhile; it comes again
 */
export const adoptRevision = async (envelope: Envelope, epoch: number, ports: AdoptPorts): Promise<boolean> => {
  const { flags, changes, home, log } = ports;
  const { flagKey, change } = envelope;
  // Put right first, then look: a kill of an older epoch that overwrote CURRENT would look as if it had been carried out.
  const { newest, current } = await putCurrentRight(flagKey, { flags, changes, repair: flags, home, epoch });
  if (newest === undefined || current === 'moved') throw busy(flagKey);
  await takeBackCause(envelope, ports);
  if ((await changes.record(flagKey, envelope)) !== undefined) return false;

  if (await isKillDue(envelope, newest, ports)) await killAgain(envelope, newest, epoch, ports);
  for (const outcome of outcomesOf(envelope)) await changes.takeOverOutcome(outcome, envelope.at.accepted);
  const reverts = await revertsAfter(envelope, ports);
  const isCurrent = newest.envelopeDigest === envelope.envelopeDigest;
  if (isCurrent) await takeOverFacts(envelope, epoch, ports);
  const record = foundLate(envelope, { isCurrent, epoch, now: ports.clock.now(), reverts });
  if (isCurrent) await nameMisfits(envelope, epoch, ports);
  await changes.takeOverRecord(record);
  const fields = { flagKey, changeId: change.id, order: orderOf(envelope), state: record.state };
  log.warn('found what a former home had accepted', fields);
  return true;
};

/**
 * What counts here from now on is to others what its revision says: NEEDED of the flags that it needs may be whole without it,
 * or have been read before it came.
 */
const takeOverFacts = async (envelope: Envelope, epoch: number, ports: AdoptPorts): Promise<void> => {
  const { flagKey } = envelope;
  const alike = await missingFromAlike(flagKey, ports);
  const facts = { ...FACTS_STAY, moves: true, epoch, begins: needsOf(envelope), alike };
  if ((await ports.changes.takeOverFacts(flagKey, facts)) === 'moved') throw busy(flagKey);
};

/** What a key has not met that looks like others; `null`: it has met them. It says nothing of whether they are all. */
const missingFromAlike = async (flagKey: string, { flags }: Pick<AdoptPorts, 'flags'>): Promise<AlikeRead | null> => {
  const { keys, count, epoch } = await flags.alike(flagKey);
  return keys.includes(flagKey) ? null : { count, epoch, completed: null };
};

/**
 * A flag of another home meets the keys that look like its own, and those that do are named.
 *
 * @throws UnavailableError when one of them comes this moment
 */
export const rejoinAlike = async (flagKey: string, epoch: number, ports: AdoptPorts): Promise<void> => {
  const { flags, changes, home } = ports;
  const { keys, count, epoch: readIn } = await flags.alike(flagKey);
  if (!keys.includes(flagKey)) {
    const alike = { count, epoch: readIn, completed: null };
    if ((await changes.takeOverFacts(flagKey, { ...FACTS_STAY, alike })) === 'moved') throw busy(flagKey);
  }
  if (keys.every((key) => key === flagKey)) return;
  const { newest } = await newestAccepted(flagKey, await flags.current(flagKey), { flags, changes, home, epoch });
  const envelope = newest && sealedIn(newest);
  if (envelope !== undefined) await nameMisfits(envelope, epoch, ports);
};

/**
 * A home reverts only what its own epoch accepted and nobody has changed since, so the revert is the next revision. One whose
 * bytes were altered says nothing.
 */
export const revertsAfter = async (
  { flagKey, epoch, revision }: Envelope,
  { flags }: Pick<AdoptPorts, 'flags'>,
): Promise<ReadonlyMap<string, Order>> => {
  const next = await flags.revision(flagKey, { epoch, revision: revision + 1 });
  const envelope = next && sealedIn(next);
  return revertsOf(envelope === undefined ? [] : [envelope]);
};

/** `undefined` for bytes that are not what was sealed. */
export const sealedIn = ({ body }: Pick<StoredRevision, 'body'>): Envelope | undefined => {
  try {
    return parseEnvelope(body);
  } catch (error) {
    if (isRetryable(error)) throw error;
    return undefined;
  }
};

/** A revert says that the revision before it was taken back, whatever this home thinks of that. */
const takeBackCause = async (envelope: Envelope, { changes, clock, log }: AdoptPorts): Promise<void> => {
  const { kind, flagKey, epoch, revision, previousEnvelopeDigest } = envelope;
  if (kind !== 'rolled-back') return;
  const judged = await changes.record(flagKey, { epoch, revision: revision - 1 });
  if (judged === undefined || judged.envelopeDigest !== previousEnvelopeDigest) return;
  if (judged.state === 'rolled-back') return;
  if (judged.state === 'verified') {
    // All regions hold it by now, and it may be known good: what a former home thought of it is history.
    log.warn('verified here, taken back by a former home', { flagKey, changeId: judged.changeId });
    return;
  }
  const found = { revertOrder: orderOf(envelope), foundAt: clock.now() };
  const settled: ChangeRecord = { ...judged, state: 'rolled-back', ...found };
  if ((await changes.resettle(judged, settled)) === 'moved') throw busy(flagKey);
};

/**
 * Whether a kill must be carried out again: what counts here was accepted in a later epoch, is alive, and no `restored` of a
 * later epoch has lifted a kill.
 */
const isKillDue = async (
  { flagState, flagKey, epoch }: Envelope,
  newest: StoredRevision,
  { changes }: AdoptPorts,
): Promise<boolean> => {
  if (flagState !== 'killed' || newest.order.epoch <= epoch) return false;
  if (parseEnvelope(newest.body).flagState !== 'live') return false;
  const after = { ...newest.order, revision: newest.order.revision + 1 };
  for await (const record of changes.recordsBefore(flagKey, after)) {
    if (record.order.epoch <= epoch) return true;
    if (record.kind === 'restored') return false;
  }
  return true;
};

const killAgain = async (found: Envelope, newest: StoredRevision, epoch: number, ports: AdoptPorts): Promise<void> => {
  const { flagKey } = found;
  if (newest.order.epoch > epoch) throw busy(flagKey);
  const current = parseEnvelope(newest.body);
  const kill = buildKillAgain({
    found,
    current,
    evidence: evidenceOfKill(current),
    epoch,
    topology: await ports.topology.latest(),
    now: ports.clock.now(),
  });
  const { flags, changes } = ports;
  if ((await changes.accept(kill, newest)) === 'moved') {
    const place = { flagKey, order: orderOf(kill) };
    // Then no attempt would ever get through. Of CURRENT the transaction makes sure all the same.
    const standing = await whatStandsIn(place, { flags, changes });
    if (standing === 'nothing' || standing === 'accepted') throw busy(flagKey);
    ports.log.error('somebody wrote into the place of the next change, it is written over: find out who did', place);
    if ((await changes.accept(kill, newest, undefined, { over: true })) === 'moved') throw busy(flagKey);
  }
  const { id: changeId, causeId } = kill.change;
  ports.log.error('kill of a former home carried out again', { flagKey, changeId, causeId, order: orderOf(kill) });
};

/** What is sealed into the newest revision speaks of the one before it; a kill of it is judged against itself. */
const evidenceOfKill = (newest: Envelope): Record<string, unknown> => {
  const { epoch, revision, envelopeDigest, flagState, evidence } = newest;
  return { ...evidence, before: summaryOf(newest), current: { epoch, revision, envelopeDigest, flagState } };
};

const busy = (flagKey: string): UnavailableError =>
  new UnavailableError(`a quiet moment of ${flagKey}`, 'Others change this flag right now; the revision comes again.');
