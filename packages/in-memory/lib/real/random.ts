import type { Random } from '@flaghoist/core/ports/random';

export const systemRandom: Random = { next: () => Math.random() };
