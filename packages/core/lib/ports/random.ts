/** Randomness as a port: seeded under test. Jitter and lease holders come from here, never digests or ids of changes. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}
