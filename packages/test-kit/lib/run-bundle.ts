import { type BuiltLambda, buildLambda, readLambdaJson } from '@flaghoist/lambda-build/build-lambda';
import { exportOf } from '@flaghoist/lambda-build/lambda-json';
import { loadBundle } from '@flaghoist/lambda-build/load-bundle';

export type Variables = Readonly<Record<string, string>>;

export interface BundleRun {
  readonly outcome: PromiseSettledResult<unknown>;
  /** What it wrote to standard output, line by line. */
  readonly lines: readonly string[];
  /** The variables that it asked for, whether they had a value or not. */
  readonly asked: ReadonlySet<string>;
}

const observed = (variables: Variables, asked: Set<string>): NodeJS.ProcessEnv => {
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') asked.add(name);
  };
  return new Proxy<NodeJS.ProcessEnv>(
    { ...variables },
    {
      get: (target, name) => {
        note(name);
        return Reflect.get(target, name);
      },
      has: (target, name) => {
        note(name);
        return Reflect.has(target, name);
      },
      // A copy is empty: what code reads of it would not be seen.
      ownKeys: () => [],
    },
  );
};

/** The zips of a Lambda package, each built once, and a way to run them as Lambda would. */
export const bundlesOf = (packageDirectory: string) => {
  const built = new Map<string, Promise<BuiltLambda>>();

  const bundleOf = (entryPoint: string): Promise<BuiltLambda> => {
    const bundle = built.get(entryPoint) ?? buildLambda({ packageDirectory, entryPoint });
    built.set(entryPoint, bundle);
    return bundle;
  };

  /** Runs an entry point of its zip, freshly loaded, in a process that has these variables and no others. */
  const start = async (entryPoint: string, input: unknown, variables: Variables): Promise<BundleRun> => {
    const { zip } = await bundleOf(entryPoint);
    const { entryPoints } = await readLambdaJson(packageDirectory);
    const name = exportOf(entryPoints[entryPoint]?.handler ?? '');
    const asked = new Set<string>();
    const lines: string[] = [];
    const run = loadBundle(zip, {
      env: observed(variables, asked),
      stdout: { write: (line: string) => lines.push(line) > 0 },
    })[name];
    if (typeof run !== 'function') throw new Error(`the bundle of ${entryPoint} does not export ${name}`);
    const [outcome] = await Promise.allSettled([(async () => run(input))()]);
    return { outcome, lines, asked };
  };

  return { bundleOf, start };
};
