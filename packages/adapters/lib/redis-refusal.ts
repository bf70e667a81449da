import { CacheRefusedError } from '@flaghoist/core/errors';
import { ReplyError } from 'ioredis';

const isReply = (error: unknown): error is Error => error instanceof ReplyError;

/** What a server said when it refused; `undefined` for an error that is not a server's. */
export const answerOf = (error: unknown): string | undefined => (isReply(error) ? error.message : undefined);

/** The code of a server's refusal; `undefined` for silence. */
export const refusalCodeOf = (error: unknown): string | undefined => {
  const answer = answerOf(error);
  return answer === undefined ? undefined : new CacheRefusedError('cache', answer).serverCode;
};
