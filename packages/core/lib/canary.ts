/*
 * The canary: one flag that a machine changes every minute, for a service that nobody runs. What is wrong with it on purpose must
 * be found and taken back. It is no flag of anybody: it counts in no budget, and makes no cache degraded.
 */

export const CANARY_FLAG = 'flaghoist.canary';
/** In every region, with a cache and no task. `*` does not mean it. */
export const SHADOW_SERVICE = 'flaghoist-canary';
/** The machine's key. Nobody else may write under it. */
export const CANARY_SESSION = 'flaghoist-canary';
export const CANARY_AUTHOR = `local:${CANARY_SESSION}`;

/** Its revisions are needed for as long as one of them may be gone back to. */
const CANARY_REVISION_SECONDS = 14 * 24 * 60 * 60;

export const isShadow = (service: string): boolean => service === SHADOW_SERVICE;

/** By the key under which it was proposed as well: a flag of that name is nothing special. */
export const isCanary = ({
  flagKey,
  author,
}: {
  readonly flagKey: string;
  readonly author?: string | undefined;
}): boolean => flagKey === CANARY_FLAG && author === CANARY_AUTHOR;

/** When a revision may be removed, in epoch seconds; nothing for a flag of somebody's. */
export const expiryOf = (flagKey: string, acceptedAt: number): { readonly expiresAt?: number } =>
  flagKey === CANARY_FLAG ? { expiresAt: Math.floor(acceptedAt / 1000) + CANARY_REVISION_SECONDS } : {};
