import { FlaghoistError } from '@flaghoist/core/errors';

/** There is no such thing. */
export class NotFoundError extends FlaghoistError {
  readonly code = 'FH_NOT_FOUND';

  constructor(what: string, hint: string) {
    super(`there is no ${what}`, { hint, retryable: false });
  }
}

/** Who asks is not known well enough for what is asked. */
export class TokenNeededError extends FlaghoistError {
  readonly code = 'FH_TOKEN_NEEDED';
}

/** The request came from elsewhere, where others may read it on its way. */
export class TlsNeededError extends FlaghoistError {
  readonly code = 'FH_TLS_NEEDED';

  constructor() {
    super('this server answers requests from other machines by TLS alone', {
      hint: 'Name it by https://. Whoever starts it gives it a certificate; hoist up answers on its own machine only.',
      retryable: false,
    });
  }
}

/** The request came from a page, or by a name, that this server does not know. */
export class ForeignRequestError extends FlaghoistError {
  readonly code = 'FH_FOREIGN_REQUEST';

  constructor(header: string, value: string, hint: string) {
    super(`the request's ${header} is ${JSON.stringify(value)}, which this server does not answer`, {
      hint,
      retryable: false,
    });
  }
}

/** More was asked for than the limits allow. */
export class LimitError extends FlaghoistError {
  readonly code = 'FH_LIMIT';

  constructor(message: string, hint: string) {
    super(message, { hint, retryable: true });
  }
}

/** Somebody else has used the id, or the place is taken. */
export class TakenError extends FlaghoistError {
  readonly code = 'FH_TAKEN';

  constructor(message: string, hint: string) {
    super(message, { hint, retryable: false });
  }
}
