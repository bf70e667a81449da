import { eventOf } from '@flaghoist/core/events';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Directory } from '@flaghoist/rules/directory';
import type { Wiring } from '@flaghoist/wiring/shape';
import { triggersOf } from '@flaghoist/wiring/triggers';
import { authorise, type Caller } from './authorise.ts';
import { RefusedError } from './errors.ts';

interface Letter {
  readonly body: string;
  readonly receiptHandle: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** A queue of dead letters, or one that they came from. */
interface LetterQueue {
  /** Some letters, hidden from others for a while; none when there are none now. */
  receive(): Promise<readonly Letter[]>;
  send(body: string): Promise<void>;
  delete(receiptHandle: string): Promise<void>;
}

/** Which dead letters: an entry of `deadLetters` in the plan, where they lie, and of a service's queue whose. */
export interface Place {
  readonly deadLetters: string;
  readonly region: string;
  readonly service?: string;
}

export interface RedrivePorts {
  readonly directory: Directory;
  readonly wiring: Wiring;
  /** By the plan's name, in a region; of a service, where each has one. */
  readonly queue: (name: string, at: Pick<Place, 'region' | 'service'>) => LetterQueue;
  /** Hands one stream record to a function, as its stream did. @throws when it does not take it */
  readonly invoke: (name: string, region: string, record: unknown) => Promise<void>;
  /** The bus of home, and its region. */
  readonly bus: EventBus;
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

interface Redriven {
  /** Sent back to where they came from. */
  readonly sent: number;
  /** Deleted: they only say where something stood, and a sweep or the reconciler has made up for it. */
  readonly deleted: number;
}

/** More than these are for another call. */
const MAX_LETTERS = 10_000;

/** @throws RefusedError for dead letters that the plan does not have */
export const refuseUnknown = ({ deadLetters }: Place, wiring: Wiring): void => {
  const known = Object.keys(wiring.deadLetters);
  if (known.includes(deadLetters)) return;
  throw new RefusedError(
    `redrive of ${deadLetters}`,
    [`there is no such entry; there are ${known.join(', ')}`],
    'Name one of these.',
  );
};

/**
 * Sends dead letters back to where they came from: messages to their queue, stream records to their function. What only names
 * a place in a stream, or could not be delivered by a bus, a topic or a schedule, is deleted. Ends at letters that came since
 * it began: what is still not mended comes back. The trail is told before the first letter is touched, with nothing sent, and
 * at the end of what was.
 *
 * @throws NotAllowedError, RefusedError; UnavailableError when something is out of reach: the letter at hand stays where it was, all
 *   of them when it is the bus
 */
export const redrive = async (
  place: Place,
  { reason, ...caller }: Caller & { readonly reason: string },
  ports: RedrivePorts,
): Promise<Redriven> => {
  const actor = authorise(caller, 'redrive', ports);
  const { clock, bus, log } = ports;
  const { deadLetters, region } = place;
  refuseUnknown(place, ports.wiring);
  const startedAt = clock.now();
  const from = ports.queue(deadLetters, place);
  let sent = 0;
  let deleted = 0;
  let begun = false;
  const tell = (...phase: readonly string[]): Promise<void> => {
    const service = place.service === undefined ? [] : [place.service];
    const identity = [region, deadLetters, ...service, String(startedAt), ...phase];
    const detail = { region, deadLetters, actor, reason, sent, deleted };
    return bus.publish([
      eventOf({ type: 'DeadLettersRedriven', identity, region: ports.region, at: startedAt, detail }),
    ]);
  };
  const takeBack = async ({ body, receiptHandle }: Letter): Promise<void> => {
    if (await sendBack(body, place, ports)) sent += 1;
    else deleted += 1;
    // Last: who dies before this line sends it twice, and everything that takes it bears that.
    await from.delete(receiptHandle);
  };
  try {
    while (sent + deleted < MAX_LETTERS) {
      const letters = await from.receive();
      const older = letters.filter(({ sentAt }) => sentAt < startedAt);
      if (older.length === 0) break;
      // No table keeps it: what the trail cannot be told of is not done.
      if (!begun) await tell('begun');
      begun = true;
      for (const letter of older) await takeBack(letter);
    }
  } finally {
    if (sent + deleted > 0) {
      log.info('dead letters redriven', { region, deadLetters, actor, reason, sent, deleted });
      await tell();
    }
  }
  return { sent, deleted };
};

/** @returns whether there was somewhere to send it */
const sendBack = async (body: string, place: Place, ports: RedrivePorts): Promise<boolean> => {
  const { wiring, queue, invoke } = ports;
  const source = Object.keys(wiring.queues).find((name) => wiring.queues[name]?.deadLetter === place.deadLetters);
  if (source !== undefined) {
    await queue(source, place).send(body);
    return true;
  }
  const reader = triggersOf(wiring).find(
    ({ trigger }) => trigger.kind === 'stream' && trigger.failureDestination === place.deadLetters,
  );
  const record = recordIn(body);
  if (reader === undefined || record === undefined) return false;
  await invoke(reader.name, place.region, record);
  return true;
};

/** A stream record that its function gave up; `undefined` for anything else, such as Lambda's own word of a place in the stream. */
const recordIn = (body: string): unknown => {
  try {
    const letter: unknown = JSON.parse(body);
    return typeof letter === 'object' && letter !== null && 'dynamodb' in letter ? letter : undefined;
  } catch {
    return undefined;
  }
};
