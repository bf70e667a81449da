import { isRetryable } from './errors.ts';
import type { DeadLetter, DeadLetters } from './ports/dead-letters.ts';
import type { LogFields, Logger } from './ports/logger.ts';

/** What the runtime throws for a mistake in our own code: the same input meets it until somebody mends it. */
const DEFECTS = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/** Whether trying again may help; what it does not help is kept whole and holds up nobody. */
export const healsByItself = (error: unknown): boolean =>
  isRetryable(error) && !(error instanceof Error && DEFECTS.has(error.name));

/** SQS takes 256 KiB with the attributes; the reason is one. */
const LARGEST_BYTES = 250_000;

interface StreamRecord {
  readonly dynamodb?: { readonly OldImage?: unknown; readonly NewImage?: unknown } | undefined;
}

/** A message as it came. */
export const letterOfMessage = (body: string, error: unknown): DeadLetter => ({ body, reason: reasonOf(error) });

/**
 * A stream record, whole. Two images of the largest items do not fit into one message: then the older one is left out, which
 * is what the item was before, and in the last resort both; the key finds the item in its table.
 */
export const letterOfRecord = (record: StreamRecord, error: unknown): DeadLetter => {
  const { OldImage: _old, ...withoutOld } = record.dynamodb ?? {};
  const { NewImage: _new, ...keys } = withoutOld;
  const bodies = [record, { ...record, dynamodb: withoutOld }, { ...record, dynamodb: keys }].map((each) =>
    JSON.stringify(each),
  );
  const body = bodies.find((each) => Buffer.byteLength(each) <= LARGEST_BYTES) ?? '{}';
  return letterOfMessage(body, error);
};

/**
 * Gives something up. It must come again while the dead letters do not take it, or it would be nowhere.
 *
 * @returns whether they took it
 */
export const givenUp = async (
  letter: DeadLetter,
  { deadLetters, log }: { readonly deadLetters: DeadLetters; readonly log: Logger },
  fields: LogFields,
): Promise<boolean> => {
  try {
    await deadLetters.give(letter);
    return true;
  } catch (error) {
    log.warn('dead letters not reached, what they should take comes again', { ...fields, error });
    return false;
  }
};

const LONGEST_REASON = 1_000;

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, LONGEST_REASON);
