import type { Random } from '@flaghoist/core/ports/random';

/** The process's own randomness: good for jitter, useless for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
