import { isCanary } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import { onInconsistent } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { isOldNews, type Proof } from '@flaghoist/core/proof';
import { regionNames } from '@flaghoist/core/topology';
import { acceptedCurrent } from './accepted-current.ts';
import type { RollbackPorts } from './ports.ts';
import { readRevision } from './prepare-revert.ts';
import type { Settled } from './settle-change.ts';

/**
 * What follows a decision: messages and alarms. Read from the change's record, so that it does not matter whether this
 * call decided it or an earlier one that died right after: the answer that is blamed is delivered until it was followed.
 *
 * @param answers what this call was made for
 */
export const followUp = async (
  { record, decided }: Pick<Settled, 'record' | 'decided'>,
  answers: readonly Proof[],
  ports: RollbackPorts,
): Promise<void> => {
  const complaints = answers.filter(({ verdict }) => verdict === 'inconsistent' || verdict === 'refusing');
  const responsible = decided || complaints.some(({ region }) => region === record.blame?.region);
  const fields = fieldsOf(record);
  if (decided) count(record, ports);
  switch (record.state) {
    case 'rolled-back':
      if (!responsible) return;
      ports.log.warn('change rolled back', fields);
      return publishRevert(record, ports);
    case 'held':
      if (responsible) ports.log.error(holdMessage(record), fields);
      return redeliverCurrent(record, complainingRegions(record, decided, complaints), ports);
    case 'superseded':
      if (responsible) ports.log.warn('superseded change failed in a cache', fields);
      return;
    case 'unverified':
      for (const complaint of complaints) reportLate(complaint, fields, ports);
      return;
    case 'verified':
      if (decided) ports.log.info('change verified', fields);
      return;
    case 'accepted':
      // Whatever becomes of it: a kill that does not arrive is for a person, and at once.
      if (onInconsistent[record.kind] === 'hold') for (const answer of answers) reportRefusal(answer, fields, ports);
  }
};

/** What somebody must hear of. */
const counts = { 'rolled-back': { reverts: 1 }, held: { held: 1 }, unverified: { unverified: 1 } } as const;

/** By the call that decided it, so that nothing is counted twice. */
const count = (record: ChangeRecord, { metrics }: Pick<RollbackPorts, 'metrics'>): void => {
  const { state, flagKey, changeId } = record;
  if (isCanary(record)) return;
  if (state === 'rolled-back' || state === 'held' || state === 'unverified')
    metrics.measure(counts[state], { flagKey, changeId });
};

const reportRefusal = ({ region, refusing }: Proof, fields: object, { log }: Pick<RollbackPorts, 'log'>): void => {
  if (refusing.length > 0)
    log.error('kill, archive or revert refused by a Redis', { ...fields, blamedRegion: region, refusing });
};

/** After `unverified` an inconsistent answer alarms; one that is old news says nothing of now. */
const reportLate = (complaint: Proof, fields: object, { clock, log }: Pick<RollbackPorts, 'clock' | 'log'>): void => {
  const { region, services, verdict } = complaint;
  if (verdict !== 'inconsistent' || isOldNews(complaint, clock.now())) return;
  log.error('late inconsistent verdict', { ...fields, blamedRegion: region, services });
};

const fieldsOf = ({ changeId, flagKey, order, kind, holdReason, revertOrder, blame, needs }: ChangeRecord) => ({
  changeId,
  flagKey,
  order,
  kind,
  ...(holdReason === undefined ? {} : { reason: holdReason }),
  ...(revertOrder === undefined ? {} : { revertOrder }),
  ...(blame === undefined ? {} : { blamedRegion: blame.region, services: blame.services }),
  ...(needs === undefined ? {} : { needs }),
});

const holdMessage = ({ holdReason }: ChangeRecord): string =>
  holdReason === 'revert-budget' ? 'revert budget exhausted' : 'change held';

/** The fast path of a revert. Replication carries it too, so a region that cannot be reached is only late. */
const publishRevert = async ({ flagKey, revertOrder }: ChangeRecord, ports: RollbackPorts): Promise<void> => {
  if (revertOrder === undefined) return;
  const revert = await ports.changes.record(flagKey, revertOrder);
  // Once its own verdict is in, everybody has it.
  if (revert?.state !== 'accepted') return;
  const [envelope, topology] = await Promise.all([
    readRevision({ flagKey, order: revertOrder }, ports),
    ports.topology.latest(),
  ]);
  await publish(envelope, regionNames(topology), ports);
};

const complainingRegions = (
  { blame }: ChangeRecord,
  decided: boolean,
  complaints: readonly Proof[],
): readonly string[] => [
  ...new Set([...(decided && blame ? [blame.region] : []), ...complaints.map(({ region }) => region)]),
];

/** Keep and redeliver (rule 15): the cache at fault may have missed the message, and gets what is current now. */
const redeliverCurrent = async (
  record: ChangeRecord,
  regions: readonly string[],
  ports: RollbackPorts,
): Promise<void> => {
  if (regions.length === 0) return;
  await publish(parseEnvelope((await acceptedCurrent(record, ports)).body), regions, ports);
};

const publish = async (
  envelope: Envelope,
  regions: readonly string[],
  { topic, log }: Pick<RollbackPorts, 'topic' | 'log'>,
): Promise<void> => {
  await Promise.all(
    regions.map((region) =>
      topic.publish(region, envelope).catch((error: unknown) => {
        const { flagKey, change } = envelope;
        log.warn('region not reached', { to: region, flagKey, changeId: change.id, error });
      }),
    ),
  );
};
