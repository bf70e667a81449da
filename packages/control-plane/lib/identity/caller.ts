import { CANARY_SESSION } from '@flaghoist/core/canary';
import { NotAllowedError } from '@flaghoist/operations/errors';
import { TokenNeededError } from '../errors.ts';

export const scopes = ['read', 'propose', 'approve', 'kill', 'operate', 'audit'] as const;
export type Scope = (typeof scopes)[number];

/** Who asks, and what they may ask for. */
export interface Caller {
  /** `local`: on the machine of the server, without a token; nobody has checked who it is. */
  readonly by: 'local' | 'token' | 'oidc';
  /** In whose name what they write is written. */
  readonly actor: string;
  /** Under whose key it is written (rule 18). */
  readonly principal: string;
  readonly scopes: ReadonlySet<Scope>;
  /** What the keys of the flags begin with that they may change; empty: all. */
  readonly keyPrefix: string;
}

const LOCAL_SCOPES: ReadonlySet<Scope> = new Set(['read', 'propose', 'kill', 'audit']);

/** What a session's name may be; anything else becomes `somebody`. */
const sessionForm = /^[\w+=,.@-]{2,64}$/;

/** Everybody on the machine of the server is who they say they are. */
export const localCaller = (user: string | undefined): Caller => {
  // The canary's key is its own: what is written under it is outside of the budget of reverts.
  const session = user !== undefined && sessionForm.test(user) && user !== CANARY_SESSION ? user : 'somebody';
  return { by: 'local', actor: session, principal: `local:${session}`, scopes: LOCAL_SCOPES, keyPrefix: '' };
};

const ANOTHER_TOKEN =
  'This token was made for less: whoever started the server makes another one by hoist token issue.';
const A_ROLE = 'Have a role that brings the scope added to your entry in fleet/people.json by review.';

/**
 * What takes the scope `operate` concerns all flags and everybody's tokens, so a token for some keys has it in vain: it could make
 * itself one for all.
 *
 * @param flagKey which flag is changed; left out where none is
 * @throws TokenNeededError or NotAllowedError
 */
export const demand = (caller: Caller, scope: Scope, flagKey?: string): void => {
  if (!caller.scopes.has(scope)) {
    if (caller.by !== 'local')
      throw new NotAllowedError(caller.actor, scope, caller.by === 'oidc' ? A_ROLE : ANOTHER_TOKEN);
    throw new TokenNeededError(`this takes a token with the scope ${scope}`, {
      hint: 'Ask whoever started the server for one, and give it in HOIST_TOKEN.',
      retryable: false,
    });
  }
  const isBeyond = scope === 'operate' ? caller.keyPrefix !== '' : flagKey?.startsWith(caller.keyPrefix) === false;
  if (isBeyond) throw new NotAllowedError(caller.actor, `${scope} beyond ${caller.keyPrefix}`, ANOTHER_TOKEN);
};
