import type { Truth } from './truth.ts';
import type { Model } from './world.ts';

/** The model, and beside it what really happened. */
export interface World extends Model {
  readonly truth: Truth;
}
