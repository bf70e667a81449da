import { FlaghoistError } from '@flaghoist/core/errors';
import { sideBySide } from './side-by-side.ts';

/** What became of runs in several environments. */
export interface InEach<Result> {
  /** In the order of the environments; of one that failed there is none. */
  readonly results: readonly Result[];
  /** What each failure said, below the names of all environments in which it was the same. */
  readonly failures: readonly string[];
}

/**
 * Runs something in each environment, so many at a time. One that fails stops no other, since all that is wrong is mended in one
 * go; a defect does, but no run outlives it.
 *
 * @throws what is no {@link FlaghoistError}, when all runs have ended
 */
export const inEach = async <Environment extends { readonly name: string }, Result>(
  environments: readonly Environment[],
  { atOnce, run }: { readonly atOnce: number; readonly run: (environment: Environment) => Promise<Result> },
): Promise<InEach<Result>> => {
  const ended = await sideBySide(environments, atOnce, async (environment) => {
    try {
      return { environment, result: await run(environment) };
    } catch (error) {
      if (!(error instanceof FlaghoistError)) throw error;
      return { environment, failure: error.message };
    }
  });
  const failed = ended.flatMap((each) => ('failure' in each ? [each] : []));
  return {
    results: ended.flatMap((each) => ('result' in each ? [each.result] : [])),
    failures: [...Map.groupBy(failed, ({ failure }) => failure)].map(
      ([failure, those]) => `${those.map(({ environment: { name } }) => name).join(', ')}: ${failure}`,
    ),
  };
};
