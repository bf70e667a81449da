/** The same letters at every run: a seeded generator (mulberry32). */
export const seeded = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    below: (limit: number): number => Math.floor(next() * limit),
    of: (alphabet: string, length: number): string =>
      Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join(''),
  };
};
export type Drawn = ReturnType<typeof seeded>;

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';

const alphabets: Readonly<Record<string, string>> = {
  /** Base 62. */
  A: lower + upper + digits,
  /** Base64. */
  B: `${lower}${upper}${digits}+/`,
  /** Base64 for addresses. */
  W: `${lower}${upper}${digits}_-`,
  /** Hexadecimal. */
  H: `${digits}abcdef`,
  /** Base 32. */
  T: `${upper}234567`,
  /** Capital letters and digits. */
  U: upper + digits,
  /** Small letters and digits. */
  L: lower + digits,
  /** Digits. */
  D: digits,
  /** Letters. */
  Z: lower + upper,
};

/** Fills in `{A36}`: 36 characters of the alphabet A. `{uuid}` is one. */
export const filled = (template: string, drawn: Drawn): string =>
  template
    .replaceAll('{uuid}', '{H8}-{H4}-4{H3}-a{H3}-{H12}')
    .replaceAll(/\{([A-Z])(\d+)\}/g, (_all, alphabet: string, length: string) =>
      drawn.of(alphabets[alphabet] ?? '', Number(length)),
    );
