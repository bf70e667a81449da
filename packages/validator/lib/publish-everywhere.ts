import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { formatOrder, type Order } from '@flaghoist/core/order';
import { regionNames, type Topology } from '@flaghoist/core/topology';
import type { AcceptPorts } from './ports.ts';

type Ports = Pick<AcceptPorts, 'flags' | 'topology' | 'topic' | 'log'>;

/**
 * The fast path: to the topic of every region, joining and draining ones too. A region that cannot be reached gets the
 * change by replication, the reliable path, so it fails nothing here.
 */
export const publishEverywhere = async (
  envelope: Envelope,
  topology: Topology,
  { topic, log }: Pick<Ports, 'topic' | 'log'>,
): Promise<void> => {
  const { flagKey, change } = envelope;
  await Promise.all(
    regionNames(topology).map(async (region) => {
      try {
        await topic.publish(region, envelope);
      } catch (error) {
        log.warn('region not reached on the fast path', { to: region, flagKey, changeId: change.id, error });
      }
    }),
  );
};

interface Accepted {
  readonly flagKey: string;
  readonly order: Order;
}

/** What follows the transaction, once more: nobody knows how far the attempt that wrote it came. */
export const republish = async ({ flagKey, order }: Accepted, ports: Ports): Promise<void> => {
  const [stored, topology] = await Promise.all([ports.flags.revision(flagKey, order), ports.topology.latest()]);
  if (stored === undefined) {
    throw new UnavailableError(
      `revision ${formatOrder(order)} of ${flagKey}`,
      'Revisions are never removed; restore it.',
    );
  }
  await publishEverywhere(parseEnvelope(stored.body), topology, ports);
};
