/** What a deployed world says of itself; the files say what it is to become. */
export interface Published {
  /** The newest version of the topology. */
  readonly version: number;
  /** Regions that changes are sent to, and waited for where they serve. */
  readonly inUse: readonly string[];
}
