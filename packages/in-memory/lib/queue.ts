import type { Random } from '@flaghoist/core/ports/random';
import type { KeptLetter, LetterStorage } from './journal.ts';
import { assertDeliverable, type Limits, sizeLimits } from './limits.ts';
import type { ScheduledTask, Scheduler } from './scheduler.ts';

/** A message as a receiver sees it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** This delivery included. */
  readonly receiveCount: number;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  /** When it comes back, if nobody deletes it. Epoch milliseconds. */
  readonly visibleAt: number;
}

/** Its texts are made when somebody asks: tens of thousands of messages wait at times. */
class Message implements ReceivedMessage {
  readonly body: string;
  readonly sentAt: number;
  /** What it is called where it is kept. */
  letter: number | undefined;
  receiveCount = 0;
  firstReceivedAt = 0;
  visibleAt = 0;
  readonly #origin: string;
  readonly #number: number;

  /** @param origin the queue that it was sent to, which gave it its number */
  constructor(origin: string, number: number, body: string, sentAt: number) {
    this.#origin = origin;
    this.#number = number;
    this.body = body;
    this.sentAt = sentAt;
  }

  get messageId(): string {
    return `${this.#origin}-${this.#number}`;
  }

  get receiptHandle(): string {
    return `${this.messageId}#${this.receiveCount}`;
  }

  copy(): Message {
    const copy = new Message(this.#origin, this.#number, this.body, this.sentAt);
    copy.receiveCount = this.receiveCount;
    copy.firstReceivedAt = this.firstReceivedAt;
    copy.letter = this.letter;
    return copy;
  }
}

export interface QueueOptions {
  readonly name: string;
  readonly region: string;
  readonly scheduler: Scheduler;
  /** How long a received message stays away. 30 s, as SQS has it, unless told otherwise. */
  readonly visibilityTimeoutMs?: number;
  readonly redrive?: { readonly deadLetterQueue: Queue; readonly maxReceiveCount: number };
  /** How long a message is kept from its first sending, here and in a dead-letter queue. For ever unless told otherwise. */
  readonly retentionMs?: number;
  /** With it, messages are received in any order, as a standard queue may do. Without it, oldest first. */
  readonly shuffle?: Random;
  /** The sizes unless told otherwise. */
  readonly limits?: Limits;
  /** Where its messages outlive the process: of dead letters. */
  readonly storageOf?: ((arn: string) => LetterStorage) | undefined;
}

const ACCOUNT = '000000000000';
const DEFAULT_VISIBILITY_MS = 30_000;
/** Taken entries at the front of the array are cut off in one go. */
const COMPACT_AT = 1024;

const queueArn = (region: string, name: string): string => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`;

/**
 * A standard SQS queue: at least once, a visibility timeout, redelivery, a dead-letter queue. All messages share one timer,
 * the one of the message that comes back first.
 */
export class Queue {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly #scheduler: Scheduler;
  readonly #visibilityTimeoutMs: number;
  readonly #redrive: QueueOptions['redrive'];
  readonly #retentionMs: number;
  readonly #shuffle: Random | undefined;
  readonly #limits: Limits;
  readonly #storage: LetterStorage | undefined;
  #waiting: Message[] = [];
  /** Index of the first message in `#waiting` that was not taken yet. */
  #head = 0;
  /** Few: searching them costs less than a map or a set, and leaves nothing for the garbage collector. */
  #inFlight: Message[] = [];
  #sent = 0;
  #timer: ScheduledTask | undefined;
  #timerDueAt = Number.POSITIVE_INFINITY;
  #listener: () => void = () => {};

  constructor(options: QueueOptions) {
    const { name, region, scheduler, visibilityTimeoutMs, redrive, retentionMs, shuffle, limits, storageOf } = options;
    this.#limits = limits ?? sizeLimits;
    this.name = name;
    this.region = region;
    this.arn = queueArn(region, name);
    this.#storage = storageOf?.(this.arn);
    this.#scheduler = scheduler;
    this.#visibilityTimeoutMs = visibilityTimeoutMs ?? DEFAULT_VISIBILITY_MS;
    this.#redrive = redrive;
    this.#retentionMs = (this.#limits.retention ? retentionMs : undefined) ?? Number.POSITIVE_INFINITY;
    this.#shuffle = shuffle;
    for (const letter of this.#storage?.kept ?? []) this.#waiting.push(this.#messageOf(letter));
  }

  /** Messages that can be received now. */
  get waiting(): number {
    return this.#waiting.length - this.#head;
  }

  get inFlight(): number {
    return this.#inFlight.length;
  }

  /** Messages that wait, are in flight, or lie in the dead-letter queue. */
  get pending(): number {
    const dead = this.#redrive?.deadLetterQueue;
    return this.waiting + this.inFlight + (dead === undefined ? 0 : dead.waiting + dead.inFlight);
  }

  get deadLetterQueue(): Queue | undefined {
    return this.#redrive?.deadLetterQueue;
  }

  /** The bodies that can be received now, left where they are. */
  bodies(): readonly string[] {
    return this.#waiting.slice(this.#head).map(({ body }) => body);
  }

  /** Who is told, at once and each time, that messages wait. One listener: the queue's event source. */
  onMessages(listener: () => void): void {
    this.#listener = listener;
    if (this.waiting > 0) listener();
  }

  /** @throws RangeError for a message over 256 KiB */
  send(body: string): void {
    if (this.#limits.messageSize) assertDeliverable('a message', body);
    this.#sent += 1;
    this.#accept(new Message(this.name, this.#sent, body, this.#scheduler.now()));
  }

  /** Takes up to `max` messages and hides them for the visibility timeout. */
  receive(max: number): readonly ReceivedMessage[] {
    if (this.waiting === 0) return [];
    const now = this.#scheduler.now();
    const visibleAt = now + this.#visibilityTimeoutMs;
    const received: Message[] = [];
    while (received.length < max && this.waiting > 0) {
      const message = this.#take();
      // SQS deletes it without a word; here it goes when it would be handed out.
      if (now - message.sentAt > this.#retentionMs) {
        this.#strike(message);
        continue;
      }
      if (this.#redrive !== undefined && message.receiveCount >= this.#redrive.maxReceiveCount) {
        this.#redrive.deadLetterQueue.#accept(message);
        continue;
      }
      message.receiveCount += 1;
      if (message.receiveCount === 1) message.firstReceivedAt = now;
      message.visibleAt = visibleAt;
      this.#inFlight.push(message);
      received.push(message);
    }
    if (received.length > 0) this.#arm(visibleAt, now);
    return received;
  }

  /** Removes a message for good. @returns false for a receipt that a later delivery has replaced: the message stays */
  delete(receiptHandle: string): boolean {
    const message = this.#withReceipt(receiptHandle);
    return message !== undefined && this.deleteReceived(message);
  }

  /** As `delete`, for who still has the message as it was received. */
  deleteReceived(message: ReceivedMessage): boolean {
    const inFlight: readonly ReceivedMessage[] = this.#inFlight;
    const place = inFlight.indexOf(message);
    if (place < 0) return false;
    const [gone] = this.#inFlight.splice(place, 1);
    if (gone !== undefined) this.#strike(gone);
    if (this.#inFlight.length === 0) this.#disarm();
    return true;
  }

  /**
   * ChangeMessageVisibility: brings a message back after so many seconds from now.
   *
   * @returns false when the receipt's message is no longer in flight
   */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.#withReceipt(receiptHandle);
    if (message === undefined) return false;
    const now = this.#scheduler.now();
    message.visibleAt = now + seconds * 1000;
    this.#arm(message.visibleAt, now);
    return true;
  }

  /** Sends everything in the dead-letter queue again, as new messages. @returns how many */
  redriveAll(): number {
    const dead = this.#redrive?.deadLetterQueue;
    if (dead === undefined) return 0;
    const keptSince = this.#scheduler.now() - dead.#retentionMs;
    const letters = dead.#waiting.slice(dead.#head);
    const bodies = letters.flatMap(({ body, sentAt }) => (sentAt >= keptSince ? [body] : []));
    for (const letter of letters) dead.#strike(letter);
    dead.#waiting = [];
    dead.#head = 0;
    for (const body of bodies) this.send(body);
    return bodies.length;
  }

  /** Also a message that another queue has given up: it keeps its id and its count, as in SQS. */
  #accept(message: Message): void {
    if (this.#storage !== undefined) this.#keep(message, this.#storage);
    this.#waiting.push(message);
    this.#listener();
  }

  #keep(message: Message, { journal, nextNumber }: LetterStorage): void {
    const { body, sentAt } = message;
    const letter = { number: nextNumber(), body, sentAt };
    message.letter = letter.number;
    journal.note([{ kind: 'letter', queue: this.arn, letter }]);
  }

  /** It is gone for good, from where it is kept as well. */
  #strike({ letter }: Message): void {
    if (letter !== undefined) this.#storage?.journal.note([{ kind: 'letter-gone', queue: this.arn, number: letter }]);
  }

  #messageOf({ number, body, sentAt }: KeptLetter): Message {
    this.#sent += 1;
    const message = new Message(this.name, this.#sent, body, sentAt);
    message.letter = number;
    return message;
  }

  #withReceipt(receiptHandle: string): Message | undefined {
    return this.#inFlight.find((message) => message.receiptHandle === receiptHandle);
  }

  #take(): Message {
    if (this.#shuffle !== undefined) {
      const picked = this.#head + Math.floor(this.#shuffle.next() * this.waiting);
      const first = this.#waiting[this.#head] as Message;
      this.#waiting[this.#head] = this.#waiting[picked] as Message;
      this.#waiting[picked] = first;
    }
    const message = this.#waiting[this.#head] as Message;
    this.#head += 1;
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }

  #arm(dueAt: number, now: number): void {
    if (dueAt >= this.#timerDueAt) return;
    this.#timer?.cancel();
    this.#timerDueAt = dueAt;
    this.#timer = this.#scheduler.schedule(Math.max(0, dueAt - now), this.#bringBack);
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerDueAt = Number.POSITIVE_INFINITY;
  }

  /** A field, so that no receive makes a function of its own. */
  readonly #bringBack = (): void => {
    this.#disarm();
    const now = this.#scheduler.now();
    const returning = this.#inFlight.filter(({ visibleAt }) => visibleAt <= now);
    this.#inFlight = this.#inFlight.filter(({ visibleAt }) => visibleAt > now);
    // Copied: whoever still holds the old delivery must not see its receipt change.
    for (const message of returning) this.#waiting.push(message.copy());
    const [first] = this.#inFlight;
    if (first !== undefined)
      this.#arm(
        this.#inFlight.reduce((a, { visibleAt }) => Math.min(a, visibleAt), first.visibleAt),
        now,
      );
    if (returning.length > 0) this.#listener();
  };
}
