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
  const person = typeof named === 'string' ? people.find(({ actor }) => folded(actor) === folded(named)) : undefined;
  if (person === undefined || !person.active)
    throw new TokenNeededError(`the directory does not list who is behind the token (${claim})`, {
      hint: 'Have them added to fleet/people.json by review.',
      retryable: false,
    });
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
