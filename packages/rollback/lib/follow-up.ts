import type { ChangeRecord } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { regionNames } from '@flaghoist/core/topology';
import { acceptedCurrent } from './accepted-current.ts';
import type { RollbackPorts } from './ports.ts';
import { readRevision } from './prepare-revert.ts';
import type { Settled } from './settle-change.ts';

/**
 * What follows a decision: messages and alarms. Read from the change's record, so that it does not matter whether this
 * call decided it or an earlier one that died right after: the answer that is blamed is delivered until it was followed.
 *
 * @param complaints the inconsistent answers that this call was made for
 */
export const followUp = async (
  { record, decided }: Pick<Settled, 'record' | 'decided'>,
  complaints: readonly Proof[],
  ports: RollbackPorts,
): Promise<void> => {
  const responsible = decided || complaints.some(({ region }) => region === record.blame?.region);
  const fields = fieldsOf(record);
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
      for (const { region, services } of complaints)
        ports.log.error('late inconsistent verdict', { ...fields, blamedRegion: region, services });
      return;
    case 'verified':
      if (decided) ports.log.info('change verified', fields);
      return;
    case 'accepted':
      return;
  }
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
