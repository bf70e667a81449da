/** What every error of the product carries, so that a tool can print it and a retry loop can judge it. */
export interface ErrorDetails {
  /** What the reader can do about it, as an imperative sentence. */
  hint: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  retryable: boolean;
  cause?: unknown;
}

/** The base of all errors: one subclass per cause, each with a stable `code` (`FH_…`) that scripts may match. */
export abstract class FlaghoistError extends Error {
  abstract readonly code: string;
  readonly hint: string;
  readonly retryable: boolean;

  constructor(message: string, { hint, retryable, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
    this.retryable = retryable;
  }

  /** The code: class names do not survive minification, and Step Functions matches errors by their name. */
  override get name(): string {
    // The engine asks for the name while it builds the stack, before the subclass has set its code.
    return this.code ?? 'FlaghoistError';
  }
}

/** Data from outside did not fit its schema; `places` names each offending path. */
export class InvalidInputError extends FlaghoistError {
  readonly code = 'FH_INVALID_INPUT';
  readonly places: readonly string[];

  constructor(what: string, places: readonly string[], hint: string, cause?: unknown) {
    super(`${what} is not valid: ${places.join('; ')}`, { hint, retryable: false, cause });
    this.places = places;
  }
}

/** The bytes do not hash to the digest they claim. */
export class DigestMismatchError extends FlaghoistError {
  readonly code = 'FH_DIGEST_MISMATCH';

  constructor(what: string, claimed: string, computed: string) {
    super(`${what} claims digest ${claimed} but hashes to ${computed}`, {
      hint: 'The content was altered after it was sealed. Propose the change again; never edit a sealed envelope.',
      retryable: false,
    });
  }
}

/** Something the caller needs is not there yet or out of reach at this moment. */
export class UnavailableError extends FlaghoistError {
  readonly code = 'FH_UNAVAILABLE';

  constructor(what: string, hint: string, cause?: unknown) {
    super(`${what} is not available`, { hint, retryable: true, cause });
  }
}

/** A cache's server answered, and refused: read-only, loading, full, not allowed. It may take the same thing later. */
export class CacheRefusedError extends FlaghoistError {
  readonly code = 'FH_CACHE_REFUSED';
  /** The first word of its answer: READONLY, LOADING, MASTERDOWN, NOPERM, OOM, CLUSTERDOWN, … */
  readonly serverCode: string;

  constructor(what: string, answer: string, cause?: unknown) {
    super(`${what} refused: ${answer}`, {
      hint: 'What heals by itself is tried again: a failover, a load, memory. An ACL or a wrong type needs the operator.',
      retryable: true,
      cause,
    });
    this.serverCode = /^[A-Z]+(?=\s|$)/.exec(answer)?.[0] ?? 'ERR';
  }
}

/** Whether trying the same thing again may help. Unknown errors are taken as transient: losing work is worse than repeating it. */
export const isRetryable = (error: unknown): boolean => !(error instanceof FlaghoistError) || error.retryable;
