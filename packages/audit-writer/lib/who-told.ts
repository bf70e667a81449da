import { UnavailableError } from '@flaghoist/core/errors';
import { type FlaghoistEvent, foreignEvent, readBridgeMessage } from '@flaghoist/core/events';
import { isOwnWord, mayTellForHome } from '@flaghoist/core/home-events';
import { rememberFor } from '@flaghoist/core/remember';
import { HOME_REMEMBERED_MS } from '@flaghoist/core/remember-home';
import type { WritePorts } from './ports.ts';

/** For so long the item that says that a region was made home may still be on its way here. */
const HOME_LATE_MS = 15 * 60_000;

/**
 * Reads a message as what may be said of it. What only home can know is believed only when it came through the bus of a region
 * that is home, or has just been; from any other it is tampering, told under an id of its own, so that home's own event finds
 * its place free.
 *
 * @throws InvalidInputError for what is no event; UnavailableError while nobody here can say who is home: it comes again
 */
export const createWhoTold = ({ region: here, home, clock, log }: WritePorts) => {
  const lastMove = rememberFor(HOME_REMEMBERED_MS, () => home.lastMove(), clock);

  /** @param sentAt when the queue got it, epoch milliseconds */
  return async (body: string, sentAt: number): Promise<FlaghoistEvent> => {
    const { event, through, foreign } = readBridgeMessage(body);
    if (foreign) {
      log.error('a region spoke for another one', { id: event.id, through });
      return event;
    }
    if (through === undefined || isOwnWord(event, through)) return event;
    const last = await lastMove();
    if (last === undefined)
      throw new UnavailableError(`the item HOME in ${here}`, 'It replicates: the message comes again.');
    if (mayTellForHome(through, last, sentAt)) return event;
    if (clock.now() - sentAt < HOME_LATE_MS) {
      throw new UnavailableError(
        `an item HOME that names ${through}, which tells ${event.id}`,
        `Here ${last.region} is home. Home may just have moved: the message comes again, and counts as tampering in 15 minutes.`,
      );
    }
    log.error('a region spoke for home, or under the id of another region', { id: event.id, through });
    return foreignEvent(event, { foreign: last.region, through });
  };
};
