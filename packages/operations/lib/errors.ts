import { FlaghoistError } from '@flaghoist/core/errors';

/** Somebody asked for what only others may do. */
export class NotAllowedError extends FlaghoistError {
  readonly code = 'FH_NOT_ALLOWED';

  constructor(principal: string, scope: string) {
    super(`${principal} may not do what takes the scope ${scope}`, {
      hint: `Ask somebody whose entry in fleet/people.json lists the scope ${scope}, or have it added there by review.`,
      retryable: false,
    });
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
