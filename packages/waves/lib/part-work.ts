import type { Content } from './content.ts';
import type { Part } from './part.ts';
import type { Mark } from './record.ts';

/** What is done with a part. */
export interface Task {
  readonly task: 'apply' | 'destroy';
  /** Inputs beside the environment's file. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
}

/** What is planned: all of a part, or only some addresses of it. */
export interface Wanted extends Task {
  readonly targets?: readonly string[];
}

export interface SavedPlan {
  /** Relative to the folder of the plans. */
  readonly file: string;
  readonly sha256: string;
}

export interface Planned extends SavedPlan {
  readonly changes: boolean;
  readonly content: Content;
}

/** The one way to states and resources; in tests, a world in memory. */
export interface PartWork {
  /** Regions that have states of this environment, be they empty or of no use any longer. */
  regions(): Promise<readonly string[]>;
  /** Which version of its state a part has now. Makes none. */
  mark(part: Part): Promise<Mark>;
  /** What a part tells others under a name; `undefined` while it does not. Makes no state. */
  output(part: Part, name: string): Promise<unknown>;
  /** Plans a part, and saves the plan. Takes no lock and changes nothing. */
  plan(part: Part, wanted: Wanted): Promise<Planned>;
  /**
   * Applies a saved plan, under the lock of the state.
   * @param onStep hears after each resource how many are done
   * @throws {WavesOutdatedError} when it is not the plan that was saved
   * @throws {WavesLockedError} while somebody else works on the state
   */
  apply(part: Part, plan: SavedPlan, onStep: (done: number) => void): Promise<void>;
}
