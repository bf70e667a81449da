import { ForeignRequestError } from '../errors.ts';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;
const LOOPBACK_NAMES = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

export const isLoopback = (address: string | undefined): boolean => address !== undefined && LOOPBACK.test(address);

interface Headers {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/**
 * A page in a browser can send requests to this machine: under a name of its own, which then shows in `Host`, or from where it
 * was loaded, which shows in `Origin`. Neither is answered.
 *
 * @throws ForeignRequestError
 */
export const refuseForeign = ({ host = '', origin }: Headers): void => {
  if (!LOOPBACK_NAMES.test(host))
    throw new ForeignRequestError('Host', host, 'Name the server by 127.0.0.1 or localhost.');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new ForeignRequestError('Origin', origin, 'Ask from a program, not from a page that was loaded elsewhere.');
};
