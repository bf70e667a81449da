import { homeMovedEvents, topologyPublishedEvent } from '@flaghoist/core/operations-events';
import { homeMoveOf, publicationOf, topologyOf } from '@flaghoist/core/storage/flag-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
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
  if (before === undefined) return;
  const { former: _, ...move } = homeMoveOf(item);
  const events = homeMovedEvents({ ...move, former: [homeMoveOf(before)] }, region).filter(
    ({ detail }) => detail.epoch === move.epoch,
  );
  if (events.length > 0) await bus.publish(events);
};

/** @throws InvalidInputError for an item that is no topology; UnavailableError when the one before is not here */
export const emitTopologyPublished = async (item: FoundItem, { region, bus, topology }: Ports): Promise<void> => {
  const published = topologyOf(item);
  const publication = publicationOf(item);
  // The first of all is part of the deployment, and changes nothing.
  if (publication.follows === 0) return;
  const before = await topology.at(publication.follows);
  await bus.publish([topologyPublishedEvent(published, publication, before, region)]);
};
