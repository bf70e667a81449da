import { hash } from 'node:crypto';
import { changeIdentity } from '@flaghoist/core/change-events';
import { changeKeyOf, type Envelope } from '@flaghoist/core/envelope';
import { type EventDetail, eventOf } from '@flaghoist/core/events';
import { keyIn, textIn } from '@flaghoist/core/storage/found-item';
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { ReadableItem, UnreadableItem } from './flag-item.ts';
import type { DistributePorts } from './ports.ts';
import type { Refusal } from './refusal.ts';

type Ports = Pick<DistributePorts, 'region' | 'bus' | 'clock' | 'log'>;
type Rejection = EventDetail<'ChangeRejected'>;

const publishRejection = async (identity: readonly string[], detail: Rejection, { region, bus, clock }: Ports) => {
  const at = clock.now();
  await bus.publish([eventOf({ type: 'ChangeRejected', identity: [...identity, region], region, at, detail })]);
};

const aboutChange = ({ flagKey, change, epoch, revision }: Envelope) => ({
  flagKey,
  changeId: change.id,
  order: { epoch, revision },
  actor: change.actor,
});

/** An accepted change that this region's rules refuse: somebody must find out why two regions disagree. */
export const reportRefused = async (envelope: Envelope, refusal: Refusal, ports: Ports): Promise<void> => {
  const detail = { ...aboutChange(envelope), reason: refusal.reason, violations: [...refusal.violations] };
  const ruleIds = refusal.violations.map(({ ruleId }) => ruleId);
  ports.log.error('accepted change refused in this region', { ...detail, violations: ruleIds });
  await publishRejection(changeIdentity(changeKeyOf(envelope)), detail, ports);
};

/** A CURRENT that is an envelope, but not one that home accepted. */
export const reportIntruder = async (
  { envelope, validation }: ReadableItem,
  found: FoundItem,
  ports: Ports,
): Promise<void> => {
  const { flagKey, order } = aboutChange(envelope);
  ports.log.error('CURRENT was written around the validator', { flagKey, order });
  const detail = { flagKey, order, reason: 'not-accepted' as const, violations: [...validation.violations] };
  await publishRejection(identityOf(found), detail, ports);
};

const LONGEST_KEY = 200;

/** An item that is no envelope of its flag. Only its key is told: nobody knows what else is in it. */
export const reportUnreadable = async (
  { flagKey, error }: UnreadableItem,
  found: FoundItem,
  ports: Ports,
): Promise<void> => {
  const shown = flagKey.slice(0, LONGEST_KEY);
  ports.log.error('item of flags is not an envelope', { flagKey: shown, sk: keyIn(found).sk, error });
  const detail = { flagKey: shown, reason: 'not-an-envelope' as const, violations: [] };
  await publishRejection(identityOf(found), detail, ports);
};

/** Identifies a foreign item by key and bytes, as a digest, so that a redelivered record gives the same event id. */
const identityOf = (found: FoundItem): readonly string[] => {
  const { pk, sk } = keyIn(found);
  return [hash('sha256', JSON.stringify([pk, sk, textIn(found, 'envelope') ?? null]))];
};
