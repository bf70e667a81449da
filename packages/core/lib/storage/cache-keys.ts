/** `…:sequence` and `…:instances` are taken as well, and not written yet. */
export interface CacheKeys {
  /** Hash: flag key → envelope. */
  readonly flags: string;
  /** Hash: flag key → held text. */
  readonly held: string;
  /** Hash: generation, topologyVersion, count. */
  readonly manifest: string;
  /** Channel: `<flag key> <held text>` after each write. */
  readonly changes: string;
}

/** The braces make all keys of a service one hash slot, so that one script may write them; the cell is what an ACL names. */
export const cacheKeysOf = (cell: string, service: string): CacheKeys => {
  const prefix = `${cell}:{${service}}:`;
  return {
    flags: `${prefix}flags`,
    held: `${prefix}held`,
    manifest: `${prefix}manifest`,
    changes: `${prefix}changes`,
  };
};
