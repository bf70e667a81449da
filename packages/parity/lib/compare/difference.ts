import type { Tree } from '@flaghoist/plan-reading/tree';
import type { Workspace } from '@flaghoist/terraform/workspaces';

/** What differs, in the order of the environments; `undefined` where an environment has nothing there. */
export type Values = readonly (Tree | undefined)[];

export interface Difference {
  /** In which of an environment's states, where the stack has one for each region. */
  readonly part?: Workspace['part'];
  /** Without instance keys: what the allow-list is asked. */
  readonly path: string;
  /** Which instance of a resource, and which elements of lists, where there are several: `["mail"]`, `[0][2]`. */
  readonly instance: string;
  readonly values: Values;
  /**
   * - `value`: the environments have different values, marks or shapes, or some have none
   * - `count`: they have different numbers of instances or elements
   * - `instance`: an instance that only some have is not like its siblings in the same environment, or has a key that others
   *   with as many or more of them lack
   * - `shared`: environments of several accounts are given the same id of one account's own thing
   * - `undecided`: known only after apply, and made of what differs, or in a way that nobody can decide from the plans
   */
  readonly kind: 'value' | 'count' | 'instance' | 'shared' | 'undecided';
  /** What the values cannot say. */
  readonly note?: string;
}

/** Receives what a comparison finds. */
export interface Findings {
  /**
   * This many values were compared and are the same.
   *
   * @param unknown how many of them are the same only in that nobody knows them before apply
   */
  same(values: number, unknown?: number): void;
  differs(difference: Difference): void;
}
