import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseLambdaJson } from '@flaghoist/lambda-build/lambda-json';
import { environmentGaps, noGaps } from './environment-gaps.ts';
import { hostsReached, isLoopback } from './hosts-reached.ts';
import { bundlesOf, type Variables } from './run-bundle.ts';

interface ExpectedOfEntryPoint {
  /** The clients that the zip carries: `@aws-sdk/client-…`, `@opensearch-project/opensearch`, `ioredis`. */
  readonly clients: readonly string[];
  /** An event that the function answers without a network, … */
  readonly input?: unknown;
  /** … its answer, … */
  readonly resolves?: unknown;
  /** … or, instead, members of the error that it fails with; … */
  readonly rejects?: object;
  /** … and members of the last line that it logs. */
  readonly logs?: object;
}

interface Expected {
  /**
   * An example value of each variable that lambda.json lists for any entry point, and what the AWS SDK has to be told. An
   * entry point gets those that lambda.json lists for it, as Terraform would do, and the SDK's.
   */
  readonly variables: Variables;
  readonly entryPoints: Readonly<Record<string, ExpectedOfEntryPoint>>;
}

/** Nobody listens there: no call of a client goes further, and each fails at once. */
const toNobody: Variables = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};

const isClient = (name: string): boolean =>
  name.startsWith('@aws-sdk/client-') || name === '@opensearch-project/opensearch' || name === 'ioredis';

/**
 * The contract of a Lambda package: each zip is built, loaded and run as Lambda would, in a process that has the variables
 * of its lambda.json and no others. What the running code asks of its environment is held to that list by name, in both
 * directions.
 *
 * @param packageDirectory the folder of the member that has the lambda.json
 * @returns the zips, and a way to run them, for what the member asserts beyond the contract
 */
export const describeBundles = (packageDirectory: string, { variables, entryPoints }: Expected) => {
  const { bundleOf, start } = bundlesOf(packageDirectory);
  const declared = parseLambdaJson(
    readFileSync(join(packageDirectory, 'lambda.json'), 'utf8'),
    'lambda.json',
  ).entryPoints;

  const forSdk = Object.entries({ ...toNobody, ...variables }).filter(([name]) => name.startsWith('AWS_'));

  const variablesOf = (entryPoint: string): Variables => ({
    AWS_REGION: 'us-east-1',
    ...Object.fromEntries(forSdk),
    ...Object.fromEntries((declared[entryPoint]?.environment ?? []).map((name) => [name, variables[name] ?? ''])),
  });

  /** Runs an entry point of its zip, with some variables different. @throws what the function throws */
  const run = async (entryPoint: string, input: unknown, different: Variables = {}): Promise<unknown> => {
    const { outcome } = await start(entryPoint, input, { ...variablesOf(entryPoint), ...different });
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  };

  it('expects something of each entry point, and has an example of each variable, of lambda.json', () => {
    const listed = new Set(Object.values(declared).flatMap(({ environment }) => environment));
    expect(Object.keys(entryPoints).sort()).toEqual(Object.keys(declared).sort());
    expect(
      Object.keys(variables)
        .filter((name) => !name.startsWith('AWS_'))
        .sort(),
    ).toEqual([...listed].sort());
  });

  describe.each(Object.entries(entryPoints))(
    'the bundle of %s',
    (entryPoint, { clients, input, resolves, rejects, logs }) => {
      it('reads the variables that lambda.json lists, and no others', async () => {
        const withNothing = await start(entryPoint, input, {});
        const withAll = await start(entryPoint, input, variablesOf(entryPoint));
        const asked = new Set([...withNothing.asked, ...withAll.asked]);
        expect(environmentGaps(declared[entryPoint]?.environment ?? [], asked)).toEqual(noGaps);
      });

      it('does not start without its variables, and names one that is missing', async () => {
        const { outcome } = await start(entryPoint, input, {});
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { code: 'FH_INVALID_INPUT', places: expect.arrayContaining([expect.stringContaining('AWS_REGION')]) },
        });
      });

      it('runs from its zip', async () => {
        const { outcome, lines } = await start(entryPoint, input, variablesOf(entryPoint));
        expect(outcome).toEqual(
          rejects === undefined
            ? { status: 'fulfilled', value: resolves }
            : { status: 'rejected', reason: expect.objectContaining(rejects) },
        );
        if (logs === undefined) return;
        const line: unknown = JSON.parse(lines.at(-1) ?? 'null');
        expect(line).toMatchObject({ function: `${basename(packageDirectory)}.${entryPoint}`, ...logs });
      });

      it('opens no connection that leaves this machine, where AWS_ENDPOINT_URL names one on it', async () => {
        const hosts = await hostsReached(() => start(entryPoint, input, variablesOf(entryPoint)));
        expect([...hosts].filter((host) => !isLoopback(host))).toEqual([]);
      });

      it('carries the clients that it uses, and no others', async () => {
        const { packages } = await bundleOf(entryPoint);
        expect(packages.filter(isClient)).toEqual([...clients].sort());
      });
    },
  );

  return { bundleOf, run };
};
