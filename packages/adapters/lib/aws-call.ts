import { UnavailableError } from '@flaghoist/core/errors';
import { memberOf } from '@flaghoist/core/json';

/** What the SDK and AWS say of a caller whom they do not know. */
const UNKNOWN_CALLER: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
]);

const MOST = 300;

/** A refused connection has no message of its own, but a code. */
const saidBy = (error: Error): string => {
  const said = error.message === '' ? String(memberOf(error, 'code') ?? '') : error.message;
  return `${error.name}${said === '' ? '' : `: ${said.slice(0, MOST)}`}`;
};

const hintFor = (error: unknown): string => {
  if (!(error instanceof Error)) return `AWS answered ${String(error)}. It may be tried again.`;
  return UNKNOWN_CALLER.has(error.name)
    ? `There are no credentials that AWS takes (${saidBy(error)}). Log in to the account, or name a profile in AWS_PROFILE.`
    : `AWS answered ${saidBy(error)}. It may be tried again.`;
};

/**
 * Any failure of an AWS call is taken as transient: what the SDK's own attempts did not heal, the event source's redelivery
 * or an operator will, and giving up would lose work.
 */
export const unavailable = (what: string, error: unknown): UnavailableError =>
  new UnavailableError(what, hintFor(error), error);

/** @throws UnavailableError in place of the SDK's errors */
export const callAws = async <T>(what: string, call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    throw unavailable(what, error);
  }
};
