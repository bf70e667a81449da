import { UnavailableError } from '@flaghoist/core/errors';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

/**
 * Any failure of an AWS call is taken as transient: what the SDK's own attempts did not heal, the event source's redelivery
 * or an operator will, and giving up would lose work.
 */
export const unavailable = (what: string, error: unknown): UnavailableError =>
  new UnavailableError(what, `AWS answered ${nameOf(error)}; the cause says more. It is tried again.`, error);

/** @throws UnavailableError in place of the SDK's errors */
export const callAws = async <T>(what: string, call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    throw unavailable(what, error);
  }
};
