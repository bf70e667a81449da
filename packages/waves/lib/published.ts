/** What a deployed world says of itself; the files say what it is to become. */
export interface Published {
  /** Where changes are accepted; the environment's own home where nothing has said so yet. */
  readonly home: string;
  /** The newest version of the topology; 0 where none was published yet. */
  readonly version: number;
  /** Regions that changes are sent to, and waited for where they serve. */
  readonly inUse: readonly string[];
}
