import { eventOf } from '@flaghoist/core/events';
import { homeMoveOf, publicationOf, topologyOf } from '@flaghoist/core/storage/flag-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { transitionsOf } from '@flaghoist/core/topology-change';
import type { DistributePorts } from './ports.ts';

/*
 * What operators did, told by the stream like every decision: what is in the table has its event, whoever wrote it and wherever
 * he died. Home alone tells it.
 */

type Ports = Pick<DistributePorts, 'region' | 'bus' | 'topology'>;

/** Told by the region that was made home; that there is a first one is no move. */
export const emitHomeMoved = async (
  before: FoundItem | undefined,
  item: FoundItem,
  { region, bus }: Ports,
): Promise<void> => {
  const { region: to, epoch, actor, at } = homeMoveOf(item);
  if (to !== region || before === undefined) return;
  const { region: from } = homeMoveOf(before);
  await bus.publish([
    eventOf({
      type: 'HomeMoved',
      identity: [String(epoch)],
      region,
      at,
      detail: { region: to, epoch, from, actor },
    }),
  ]);
};

/** @throws InvalidInputError for an item that is no topology; UnavailableError when the one before is not here */
export const emitTopologyPublished = async (item: FoundItem, { region, bus, topology }: Ports): Promise<void> => {
  const published = topologyOf(item);
  const { version } = published;
  const { actor, at, follows } = publicationOf(item);
  // The first of all is part of the deployment, and changes nothing.
  if (follows === 0) return;
  const transitions = transitionsOf(await topology.at(follows), published);
  const detail = { version, actor, transitions: transitions.map((each) => ({ ...each })) };
  await bus.publish([eventOf({ type: 'TopologyPublished', identity: [String(version)], region, at, detail })]);
};
