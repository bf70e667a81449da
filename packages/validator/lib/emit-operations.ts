import { InvalidInputError } from '@flaghoist/core/errors';
import { homeMovedEvents, topologyPublishedEvent } from '@flaghoist/core/operations-events';
import { isHome } from '@flaghoist/core/remember-home';
import { homeMoveOf, publicationOf, topologyOf } from '@flaghoist/core/storage/flag-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { emitForeignItem } from './emit-foreign-item.ts';
import type { DistributePorts } from './ports.ts';

/*
 * What operators did, told by the stream like every decision: what is in the table has its event, whoever wrote it and wherever
 * he died. Home alone tells it.
 */

type Ports = Pick<DistributePorts, 'region' | 'home' | 'bus' | 'log' | 'topology'>;

/** Told by the region that was made home, the first one too. */
export const emitHomeMoved = async (
  before: FoundItem | undefined,
  item: FoundItem,
  writtenAt: number,
  ports: Ports,
): Promise<void> => {
  const { region, bus } = ports;
  const move = readable(() => homeMoveOf(item));
  if (move instanceof InvalidInputError) {
    if (await isHome(region, ports.home))
      await emitForeignItem({ table: 'flags', before, item, writtenAt, error: move }, ports);
    return;
  }
  const from = before && readable(() => homeMoveOf(before));
  // Whoever puts it back moves nothing: where none was before, only the first epoch's is told, under an id that comes once.
  if (from instanceof InvalidInputError) return;
  const { former: _, ...to } = move;
  const events = homeMovedEvents({ ...to, former: from === undefined ? [] : [from] }, region).filter(
    ({ detail }) => detail.epoch === to.epoch,
  );
  if (events.length > 0) await bus.publish(events);
};

/** @throws UnavailableError when the one before is not here */
export const emitTopologyPublished = async (
  before: FoundItem | undefined,
  item: FoundItem,
  writtenAt: number,
  ports: Ports,
): Promise<void> => {
  const { region, bus, topology } = ports;
  const published = readable(() => topologyOf(item));
  const publication = publicationOf(item);
  // The first of all is part of the deployment, and changes nothing; in other regions it may come before the word who is home.
  if (!(published instanceof InvalidInputError) && publication.follows === 0) return;
  if (!(await isHome(region, ports.home))) return;
  if (published instanceof InvalidInputError)
    return emitForeignItem({ table: 'flags', before, item, writtenAt, error: published }, ports);
  const follows = await topology.at(publication.follows);
  await bus.publish([topologyPublishedEvent(published, publication, follows, region)]);
};

const readable = <T>(read: () => T): T | InvalidInputError => {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
};
