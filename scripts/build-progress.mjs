/** A build that is over sooner is not worth a word. */
const WORTH_TELLING_SECONDS = 2;

/**
 * Says what a build of turbo is at, from what it has printed: `<member>:build: cache miss, executing …` when a part is done.
 *
 * @param {(line: string) => void} say
 * @param {() => number} now seconds since the build was begun
 * @returns {{ begin(): void, told(printed: string): void }} `told` takes all that was printed so far; `begin` does not wait for it
 */
export const buildProgress = (say, now) => {
  /** @type {Set<string>} */
  const known = new Set();
  let begun = false;
  const begin = () => {
    if (!begun) say('Building hoist. The first time takes a minute or more; later only what has changed is built …');
    begun = true;
  };
  const told = (/** @type {string} */ printed) => {
    if (!begun && now() < WORTH_TELLING_SECONDS) return;
    begin();
    for (const [, part = ''] of printed.matchAll(/^@flaghoist\/([\w-]+):build: cache (?:miss|hit)/gm)) {
      if (known.has(part)) continue;
      known.add(part);
      say(`  ${part} is built (${Math.round(now())} s)`);
    }
  };
  return { begin, told };
};
