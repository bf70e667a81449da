/** An object that the author wrote, with the names of its members, which many rules go through. */
export interface Members {
  readonly object: Readonly<Record<string, unknown>>;
  readonly names: readonly string[];
  /** In the order of the names. */
  readonly values: readonly unknown[];
}

/** Of an object that is not there, or is none. */
export const noMembers: Members = { object: {}, names: [], values: [] };
