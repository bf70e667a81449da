import type { Directory } from '@flaghoist/rules/directory';
import { folded } from '@flaghoist/rules/directory';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { TokenNeededError } from '../errors.ts';
import type { Scope } from './caller.ts';

export interface OidcOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's keys: `createRemoteJWKSet` of jose. */
  readonly keys: JWTVerifyGetKey;
  /** The claim that names the person as the directory does; `email` unless told otherwise. */
  readonly claim?: string;
}

/** What a role of the directory lets somebody do here, beside reading. */
const byRole: Readonly<Record<string, readonly Scope[]>> = {
  author: ['propose', 'kill'],
  reviewer: ['approve', 'kill'],
  'change-manager': ['approve', 'kill'],
  auditor: ['audit'],
};

/**
 * Who a bearer token of the company's own identity provider is, by the directory.
 *
 * @throws TokenNeededError for a token that is not the issuer's, or of somebody whom the directory does not list
 */
export const personBehind = async (
  token: string,
  { issuer, audience, keys, claim = 'email' }: OidcOptions,
  { people }: Directory,
  now: number,
): Promise<{ readonly actor: string; readonly scopes: ReadonlySet<Scope> }> => {
  const said = await claimsOf(token, { issuer, audience, keys }, now);
  const named = said[claim];
  if (typeof named !== 'string')
    throw new TokenNeededError(`the token does not say whose it is: it has no claim ${claim}`, {
      hint: `Have ${issuer} put the claim ${claim} into its tokens, with the name under which fleet/people.json lists people.`,
      retryable: false,
    });
  const person = people.find(({ actor }) => folded(actor) === folded(named));
  if (person === undefined || !person.active)
    throw new TokenNeededError(
      `the directory ${person === undefined ? 'does not list' : 'has as not active any more'} who is behind the token: ${JSON.stringify(named)} (${claim})`,
      { hint: 'Have their entry in fleet/people.json added or corrected by review.', retryable: false },
    );
  return {
    actor: person.actor,
    scopes: new Set<Scope>(['read', ...person.roles.flatMap((role) => byRole[role] ?? [])]),
  };
};

const claimsOf = async (
  token: string,
  { issuer, audience, keys }: Pick<OidcOptions, 'issuer' | 'audience' | 'keys'>,
  now: number,
): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const checks = { issuer, audience, currentDate: new Date(now), requiredClaims: ['exp'] };
    return (await jwtVerify(token, keys, checks)).payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new TokenNeededError(`the token is not taken: ${error.code}`, {
      hint: `It must be of ${issuer}, for ${audience}, and not have expired.`,
      retryable: false,
      cause: error,
    });
  }
};
