import { hash } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';
import { type EventOf, parseEvent } from '../events.ts';
import { ABSENT } from './conditions.ts';
import { keyIn, requiredText } from './found-item.ts';
import { OVERWRITTEN_PREFIX } from './keys.ts';
import { happenedAt } from './trail-keys.ts';
import type { FoundItem, Write } from './write.ts';

/* That somebody wrote over what home had heard of, in `changes`: what the sweep makes the event up from when the bus lost it. */

/**
 * One for each text that was found over an item, under the key of whoever wrote it. The event is kept as it is told.
 *
 * @param item in `proposals`
 * @param notedAt epoch milliseconds: where the sweep looks for it
 */
export const overwritingWrite = (
  item: FoundItem,
  event: EventOf<'TamperingFound'>,
  notedAt: number,
): Write<'changes'> => {
  const { pk, sk } = keyIn(item);
  // A key of `proposals` may be as long as a table takes.
  const place = hash('sha256', sk);
  const put = { pk, sk: `${OVERWRITTEN_PREFIX}${place}#${event.detail.found}`, event: JSON.stringify(event) };
  return { table: 'changes', put: { ...put, ...happenedAt(notedAt, place) }, condition: ABSENT };
};

/** @throws InvalidInputError */
export const overwritingOf = (item: FoundItem): EventOf<'TamperingFound'> => {
  const event = parseEvent(JSON.parse(requiredText(item, 'event')));
  if (event.type === 'TamperingFound') return event;
  throw new InvalidInputError(
    `item ${keyIn(item).pk}/${keyIn(item).sk}`,
    [`/event: is ${event.type}, expected TamperingFound`],
    'Only the validator writes it: find out who wrote this item, and remove it.',
  );
};
