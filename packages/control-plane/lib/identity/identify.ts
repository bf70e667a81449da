import type { Directory } from '@flaghoist/rules/directory';
import type { FastifyRequest } from 'fastify';
import { TlsNeededError, TokenNeededError } from '../errors.ts';
import { type Caller, localCaller } from './caller.ts';
import { type OidcOptions, personBehind } from './oidc.ts';
import type { Tokens } from './tokens.ts';
import { isLoopback, refuseForeign } from './trusted-request.ts';

export interface IdentifyOptions {
  readonly tokens: Tokens;
  /** The key under which what comes with a token is written: that of a trusted submitter (rule 18). */
  readonly submitter: string;
  readonly directory: Directory;
  readonly oidc?: OidcOptions | undefined;
  /** A load balancer before it ends TLS, and nobody else reaches it. */
  readonly behindTls?: boolean;
  /** Whether who asks on this machine is who they say they are; `false` in an account, where nobody works on it. */
  readonly localUsers?: boolean;
  readonly now: () => number;
}

/** Who asks. @throws TlsNeededError, TokenNeededError, ForeignRequestError */
export const identify = async (
  { headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>,
  { tokens, submitter, directory, oidc, behindTls = false, localUsers = true, now }: IdentifyOptions,
): Promise<Caller> => {
  const isLocal = isLoopback(socket.localAddress) || socket.localAddress === undefined;
  // Also with a token: a page may have got hold of one.
  if (isLocal) refuseForeign(headers);
  else if (!behindTls && !('encrypted' in socket && socket.encrypted === true)) throw new TlsNeededError();
  const [, bearer] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (bearer !== undefined) {
    if (bearer.startsWith('hoist_') || oidc === undefined) {
      const { actor, scopes, keyPrefix } = tokens.verify(bearer);
      return { by: 'token', actor, principal: submitter, scopes: new Set(scopes), keyPrefix };
    }
    return { by: 'oidc', ...(await personBehind(bearer, oidc, directory, now())), principal: submitter, keyPrefix: '' };
  }
  if (!isLocal || !localUsers || headers.authorization !== undefined)
    throw new TokenNeededError('this server answers nobody without a token', {
      hint: 'Send it as "Authorization: Bearer …"; the command line takes it from HOIST_TOKEN.',
      retryable: false,
    });
  const user = headers['x-hoist-user'];
  return localCaller(typeof user === 'string' ? user : undefined);
};
