import type { Draft } from './draft.ts';

/** What is left to do. */
export interface Step {
  readonly say: string;
  /** A command for the root of the checkout that does it. */
  readonly run?: string;
}

interface RecipeOption {
  /** As commander takes it: `--owner <team>`. */
  readonly flags: string;
  readonly about: string;
}

export type Options = Readonly<Record<string, string | undefined>>;

/** One thing that can be added. */
export interface Recipe {
  readonly kind: string;
  readonly about: string;
  /** What NAME stands for. */
  readonly argument: string;
  readonly options: readonly RecipeOption[];
  readonly examples: readonly string[];
  /**
   * Drafts all files.
   *
   * @returns what is left to do
   * @throws WrongUseError for a wrong name or option, NameTakenError for a name that is taken
   */
  draft(draft: Draft, name: string, options: Options): readonly Step[];
}

/** In the order of the day: an install that links what is new, then what is written by programs, then the checks. */
export const install: Step = { say: 'Link the new member.', run: 'pnpm install' };
export const tidy: Step = {
  say: 'Let the formatter break lines, which depend on the length of names.',
  run: 'pnpm lint:fix',
};

/** Of templates, by recipe; relative to the root. */
export const templates = 'packages/recipes/lib/templates';
