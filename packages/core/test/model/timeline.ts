/** Virtual seconds. What is due at the same moment happens in the order in which it was asked for. */
export interface Timeline {
  now: number;
  /** A number from 0 to 1, from the world's seed. */
  readonly chance: () => number;
  readonly after: (seconds: number, act: () => void) => void;
  readonly runUntil: (second: number) => void;
}

/** Mulberry32: the same seed gives the same numbers everywhere. */
const chanceOf = (seed: number) => {
  let state = seed | 0;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

export const timelineOf = (seed: number): Timeline => {
  const due: { readonly at: number; readonly act: () => void }[] = [];
  const timeline: Timeline = {
    now: 0,
    chance: chanceOf(seed),
    after: (seconds, act) => {
      const at = timeline.now + seconds;
      // Latest first, so that the next one is taken from the end.
      let low = 0;
      let high = due.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((due[middle]?.at ?? 0) > at) low = middle + 1;
        else high = middle;
      }
      due.splice(low, 0, { at, act });
    },
    runUntil: (second) => {
      for (let next = due.at(-1); next !== undefined && next.at <= second; next = due.at(-1)) {
        due.pop();
        timeline.now = next.at;
        next.act();
      }
      timeline.now = second;
    },
  };
  return timeline;
};
