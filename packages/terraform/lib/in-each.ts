import { FlaghoistError } from '@flaghoist/core/errors';

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
  const results = new Map<Environment, Result>();
  const failed = new Map<Environment, string>();
  const waiting = [...environments];
  const work = async (): Promise<void> => {
    for (let environment = waiting.shift(); environment !== undefined; environment = waiting.shift()) {
      try {
        results.set(environment, await run(environment));
      } catch (error) {
        if (!(error instanceof FlaghoistError)) throw error;
        failed.set(environment, error.message);
      }
    }
  };
  const workers = Array.from({ length: atOnce }, work);
  await Promise.allSettled(workers);
  await Promise.all(workers);
  const inOrder = <Value>(of: ReadonlyMap<Environment, Value>): readonly (readonly [Environment, Value])[] =>
    environments.flatMap((environment) => {
      const value = of.get(environment);
      return value === undefined ? [] : [[environment, value] as const];
    });
  const alike = Map.groupBy(inOrder(failed), ([, message]) => message);
  return {
    results: inOrder(results).map(([, result]) => result),
    failures: [...alike].map(([message, those]) => `${those.map(([{ name }]) => name).join(', ')}: ${message}`),
  };
};
