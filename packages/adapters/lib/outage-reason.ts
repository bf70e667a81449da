import { ReplyError } from 'ioredis';

/** First words of a server that is not fit to serve, whatever it is asked. Others are about the command alone. */
const UNFIT = new Set([
  ...['NOAUTH', 'READONLY', 'LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'MOVED', 'BUSY', 'MISCONF', 'NOREPLICAS'],
]);
/** Those that a login or a connection is refused with, beside them. */
const REFUSED = new Set(['WRONGPASS', 'NOPERM', 'ERR', ...UNFIT]);

const TIMED_OUT = 'Command timed out';

const firstWordOf = ({ message }: Error): string => /^-?([A-Z]+)\b/.exec(message)?.[1] ?? '';

/** One word for why there is no connection: the system's or the certificate check's code, or what the server said. */
export const connectionReasonOf = (error: Error): string => {
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return code;
  if (error.message === TIMED_OUT) return 'timeout';
  // A word of its own for each text of a server would let it fill the log, and the memory.
  return error instanceof ReplyError && REFUSED.has(firstWordOf(error)) ? firstWordOf(error) : 'failed';
};

/** One word for why the server does not serve over a connection that stands; `undefined` for an answer about the command. */
export const commandReasonOf = (error: Error): string | undefined => {
  if (error.message === TIMED_OUT) return 'timeout';
  return error instanceof ReplyError && UNFIT.has(firstWordOf(error)) ? firstWordOf(error) : undefined;
};
