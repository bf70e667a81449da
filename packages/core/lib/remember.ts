import type { Clock } from './ports/clock.ts';

interface Bounds {
  /** Texts that are remembered at most. */
  maxTexts?: number;
  /** Characters of those texts at most: a few large ones may not fill the memory. */
  maxCharacters?: number;
}

/**
 * Remembers what a pure function made of a text, in two generations: when the young one is full it becomes the old one,
 * and what was not used since is forgotten. Costs one hash of the text, no bookkeeping per use. What throws is not
 * remembered.
 */
export const rememberByText = <T>(
  compute: (text: string) => T,
  { maxTexts = 2_000, maxCharacters = 16_000_000 }: Bounds = {},
): ((text: string) => T) => {
  let young = new Map<string, { value: T }>();
  let old = new Map<string, { value: T }>();
  let characters = 0;
  return (text) => {
    const hit = young.get(text);
    if (hit !== undefined) return hit.value;
    const entry = old.get(text) ?? { value: compute(text) };
    if (young.size * 2 >= maxTexts || characters * 2 >= maxCharacters) {
      old = young;
      young = new Map();
      characters = 0;
    }
    young.set(text, entry);
    characters += text.length;
    return entry.value;
  };
};

/**
 * Reads again only what was read longer ago than so many milliseconds, or when it is asked for as it is `now`. What could not
 * be read is not remembered.
 */
export const rememberFor = <T>(
  ms: number,
  read: () => Promise<T>,
  clock: Pick<Clock, 'now'>,
): ((when?: 'now') => Promise<T>) => {
  let known: { value: T; until: number } | undefined;
  return async (when) => {
    const now = clock.now();
    if (when !== 'now' && known !== undefined && now < known.until) return known.value;
    const value = await read();
    known = { value, until: now + ms };
    return value;
  };
};
