import { FlaghoistError } from '@flaghoist/core/errors';

/** The log query ended without a result. */
export class QueryFailedError extends FlaghoistError {
  readonly code = 'FH_QUERY_FAILED';

  constructor(queryId: string) {
    super(`log query ${queryId} failed`, {
      hint: 'Nothing to do: the next round asks again, and the caches decide without the log.',
      retryable: true,
    });
  }
}
