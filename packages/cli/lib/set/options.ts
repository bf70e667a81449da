import type { ChangeOptions } from '../client/propose.ts';

export interface SetOptions extends ChangeOptions {
  readonly file?: string;
  readonly owner?: string;
  readonly audience?: string;
  readonly off?: string;
  readonly needs?: string;
  readonly expect?: string;
  readonly plan?: true;
  readonly at?: string;
}
