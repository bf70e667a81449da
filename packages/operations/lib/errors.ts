import { FlaghoistError } from '@flaghoist/core/errors';

/** Somebody asked for what only others may do. */
export class NotAllowedError extends FlaghoistError {
  readonly code = 'FH_NOT_ALLOWED';

  /** @param hint left out: whoever asks has the scopes of their entry in the directory */
  constructor(
    principal: string,
    scope: string,
    hint = `Ask somebody whose entry in fleet/people.json lists the scope ${scope}, or have it added there by review.`,
  ) {
    super(`${principal} may not do what takes the scope ${scope}`, { hint, retryable: false });
  }
}

/** What was asked for contradicts what is there. */
export class RefusedError extends FlaghoistError {
  readonly code = 'FH_REFUSED';
  readonly places: readonly string[];

  constructor(what: string, places: readonly string[], hint: string) {
    super(`${what} is refused: ${places.join('; ')}`, { hint, retryable: false });
    this.places = places;
  }
}
