/** What AWS refuses, and what it does without being asked. Each can be switched off. */
export interface Limits {
  /** An item has at most 400 KB. */
  readonly itemSize: boolean;
  /** A transaction has at most 4 MB. */
  readonly transactionSize: boolean;
  /** While a transaction runs, another one that names one of its items is refused, and so is a single write of one. */
  readonly transactionConflicts: boolean;
  /** The items of one partition key take 1,000 units of writing a second, a unit being 1 KB; transactions count twice. */
  readonly throttling: boolean;
  /** Topics and queues take messages of at most 256 KiB. */
  readonly messageSize: boolean;
  /** A bus takes events of at most 256 KiB. */
  readonly eventSize: boolean;
  /** An index knows nothing yet of the last two seconds. */
  readonly indexLag: boolean;
  /** Queues delete what they have kept for as long as the plan says, without a word. */
  readonly retention: boolean;
  /** Streams forget what is older than 24 hours, without a word. */
  readonly streamTrim: boolean;
  /** A function is stopped when its time is over, as its lambda.json says: its caller hears of a failure. */
  readonly functionTimeouts: boolean;
  /** A function begins anew now and then, and has forgotten everything. */
  readonly coldStarts: boolean;
}

const switched = (on: boolean): Limits => ({
  itemSize: on,
  transactionSize: on,
  transactionConflicts: on,
  throttling: on,
  messageSize: on,
  eventSize: on,
  indexLag: on,
  retention: on,
  streamTrim: on,
  functionTimeouts: on,
  coldStarts: on,
});

export const allLimits: Limits = switched(true);
export const noLimits: Limits = switched(false);
/** What a machine has that stands alone: nothing that depends on the moment. Worlds have all. */
export const sizeLimits: Limits = {
  ...noLimits,
  itemSize: true,
  transactionSize: true,
  messageSize: true,
  eventSize: true,
  retention: true,
  streamTrim: true,
};

/** SNS, SQS and EventBridge: the body in UTF-8. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** @throws RangeError for more than a message or an event may have */
export const assertDeliverable = (what: string, body: string): void => {
  // Nearly none comes near the limit, and none has more than three bytes a character.
  if (body.length * 3 <= MAX_MESSAGE_BYTES) return;
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_MESSAGE_BYTES) throw new RangeError(`${what} has ${bytes} bytes, over ${MAX_MESSAGE_BYTES}`);
};
