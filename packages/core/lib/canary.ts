import { principalOf } from './principal.ts';

/*
 * The canary: one flag that a machine changes every minute, for a service that nobody runs. What is wrong with it on purpose must
 * be found and taken back. It is no flag of anybody: it counts in no budget, and makes no cache degraded.
 */

export const CANARY_FLAG = 'flaghoist.canary';
/** In every region, with a cache and no task. `*` does not mean it. */
export const SHADOW_SERVICE = 'flaghoist-canary';
/** The session of the machine's key, whatever role it is of. Nobody else may write under it. */
export const CANARY_SESSION = 'flaghoist-canary';
/** The machine's key in a world without accounts. In an account it is a session of the role that the directory lists. */
export const CANARY_AUTHOR = `local:${CANARY_SESSION}`;

/** Its revisions are needed for as long as one of them may be gone back to. */
const CANARY_REVISION_SECONDS = 14 * 24 * 60 * 60;

export const isShadow = (service: string): boolean => service === SHADOW_SERVICE;

interface Author {
  readonly flagKey: string;
  /** Under whose key a change was proposed. */
  readonly author?: string | undefined;
  /** Of a revert, under whose key that was which it takes back. */
  readonly causeAuthor?: string | undefined;
}

/** Whether a key is the machine's by its session. Home asks the directory about the role before it accepts anything. */
export const isCanaryAuthor = (author: string | undefined): boolean =>
  author !== undefined && principalOf(author)?.session === CANARY_SESSION;

/** By the key under which it was proposed as well: a flag of that name is nothing special. A revert is whose change it takes back. */
export const isCanary = ({ flagKey, author, causeAuthor }: Author): boolean =>
  flagKey === CANARY_FLAG && isCanaryAuthor(author ?? causeAuthor);

interface Revision {
  readonly flagKey: string;
  readonly change: {
    readonly author?: string | undefined;
    readonly takesBack?: { readonly author: string } | undefined;
  };
}

export const isCanaryRevision = ({ flagKey, change }: Revision): boolean =>
  isCanary({ flagKey, author: change.author, causeAuthor: change.takesBack?.author });

type Expiry = { readonly expiresAt?: number };

const expiry = (at: number): Expiry => ({ expiresAt: Math.floor(at / 1000) + CANARY_REVISION_SECONDS });

/**
 * When what is kept of a change may be removed, in epoch seconds; nothing for a change of somebody's.
 *
 * @param at when it was accepted, or refused, epoch milliseconds
 */
export const expiryOf = (change: Author, at: number): Expiry => (isCanary(change) ? expiry(at) : {});

/** Of what a region says of a change, which does not name its author. */
export const expiryOfProof = ({ flagKey }: Pick<Author, 'flagKey'>, at: number): Expiry =>
  flagKey === CANARY_FLAG ? expiry(at) : {};

/** Of what the canary itself has written. @param at when, epoch milliseconds */
export const expiryOfOwn = (at: number): Expiry => (Number.isFinite(at) ? expiry(at) : {});
