import { FlaghoistError } from '@flaghoist/core/errors';

/** What was asked for cannot be asked for: the command line is wrong. */
export class WrongUseError extends FlaghoistError {
  readonly code = 'FH_RECIPE_MISUSED';

  constructor(message: string, hint: string) {
    super(message, { hint, retryable: false });
  }
}

/** There is such a thing already. */
export class NameTakenError extends FlaghoistError {
  readonly code = 'FH_NAME_TAKEN';

  constructor(place: string, found: string) {
    super(`${place} has ${found} already`, { hint: 'Choose another name, or edit what is there.', retryable: false });
  }
}

/** A file no longer looks as the recipe knows it. */
export class PlaceMissingError extends FlaghoistError {
  readonly code = 'FH_PLACE_MISSING';

  constructor(file: string, expected: string) {
    super(`${file} has no ${expected}, beside which the recipe writes`, {
      hint: 'Restore the place, or teach the recipe in packages/recipes/lib where it is now.',
      retryable: false,
    });
  }
}
