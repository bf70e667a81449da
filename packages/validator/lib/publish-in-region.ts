import { changeIdentity } from '@flaghoist/core/change-events';
import { changeKeyOf, type Envelope } from '@flaghoist/core/envelope';
import { eventOf } from '@flaghoist/core/events';
import type { DistributePorts } from './ports.ts';

/** Revisions that are remembered as published. */
const REMEMBERED = 2_000;

export type RegionPublisher = (envelope: Envelope) => Promise<void>;

/**
 * Publishes to this region's topic and says so. CURRENT and REVISION of a change both lead here when each can see the
 * other; within one warm process the second finds it done. A retry repeats only what did not succeed: while the bus is down a change reaches each queue once,
 * not once a try.
 *
 * @throws UnavailableError when topic or bus cannot be reached: this is the reliable path, so it must be tried again
 */
export const createRegionPublisher = ({
  region,
  topic,
  bus,
  clock,
}: Pick<DistributePorts, 'region' | 'topic' | 'bus' | 'clock'>): RegionPublisher => {
  const sent = new Set<string>();
  const told = new Set<string>();
  return async (envelope) => {
    const { envelopeDigest } = envelope;
    if (!sent.has(envelopeDigest)) {
      await topic.publish(region, envelope);
      remember(sent, envelopeDigest);
    }
    if (told.has(envelopeDigest)) return;
    const key = changeKeyOf(envelope);
    const identity = [...changeIdentity(key), region];
    const detail = { ...key, region };
    await bus.publish([eventOf({ type: 'ChangePublished', identity, region, at: clock.now(), detail })]);
    remember(told, envelopeDigest);
  };
};

const remember = (known: Set<string>, digest: string): void => {
  known.add(digest);
  // A set keeps its members in the order in which they came.
  for (const oldest of known) {
    if (known.size <= REMEMBERED) break;
    known.delete(oldest);
  }
};
