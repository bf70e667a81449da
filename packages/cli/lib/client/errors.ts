import { FlaghoistError } from '@flaghoist/core/errors';

/** What the server answered, in its own words and under its own code. */
export class AnsweredError extends FlaghoistError {
  readonly code = 'FH_ANSWERED' as string;
  readonly status: number;

  constructor(status: number, { code, detail, hint }: Readonly<Record<'code' | 'detail' | 'hint', string>>) {
    super(detail, { hint, retryable: status === 429 || status === 503 });
    this.code = code;
    this.status = status;
  }
}
