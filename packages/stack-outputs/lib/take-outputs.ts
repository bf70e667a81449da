import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, memberOf } from '@flaghoist/core/json';
import { TerraformFailedError } from '@flaghoist/terraform/errors';
import { inEach } from '@flaghoist/terraform/in-each';
import type { Terraform, TerraformRun } from '@flaghoist/terraform/terraform';
import type { ReadState } from './environment-record.ts';
import { StackOutputsError, stateMissing } from './read-outputs.ts';
import type { StateAddress } from './states.ts';

interface TakeOptions {
  /** The caller's own settings: credentials, proxies. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** A folder of the caller, who removes it: what Terraform prints may hold secrets. */
  readonly workDirectory: string;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A run mostly waits for AWS. */
const AT_ONCE = 3;

/** A root without resources that has the same backend: it needs no provider, and no input of the stack. */
const makeRoot = (directory: string, { backend, key }: StateAddress): void => {
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'main.tf.json'),
    JSON.stringify({ terraform: { backend: { s3: { ...backend, key } } } }),
  );
};

const workspacesIn = (listed: string): readonly string[] =>
  listed.split('\n').flatMap((line) => line.replace(/^\*?\s+/, '').trim() || []);

const valuesOf = (printed: string): Readonly<Record<string, unknown>> => {
  const outputs: unknown = JSON.parse(printed.trim() === '' ? '{}' : printed);
  return Object.fromEntries(
    Object.entries(isObject(outputs) ? outputs : {}).map(([name, each]) => [name, memberOf(each, 'value')]),
  );
};

/**
 * Reads the outputs of all these states with Terraform itself: once `init` for each stack, and `output` in each workspace. Takes no
 * lock. A workspace that is not there is not entered, because Terraform would create it.
 *
 * @throws {StackOutputsError} naming every state that cannot be read, and those that could be
 */
export const takeOutputs = async (
  terraform: Terraform,
  states: readonly StateAddress[],
  { variables, workDirectory, onProgress, signal }: TakeOptions,
): Promise<readonly ReadState[]> => {
  const perStack = [...Map.groupBy(states, ({ stack }) => stack)].map(([name, those]) => ({ name, those }));
  const { results, failures } = await inEach(perStack, {
    atOnce: AT_ONCE,
    run: async ({ name, those }) => {
      const [first] = those;
      if (first === undefined) return [];
      const directory = join(workDirectory, name);
      makeRoot(directory, first);
      const run: TerraformRun = { directory, variables, ...(signal === undefined ? {} : { signal }) };
      onProgress(`${name}: ${those.length === 1 ? 'one state' : `${those.length} states`} …`);
      return readAll(terraform, those, run);
    },
  });
  if (failures.length === 0) return results.flat();
  const read = results.flatMap((those) => those.map(({ address: { stack, workspace } }) => `${stack} ${workspace}`));
  const readToo = read.length === 0 ? [] : [`read, and not shown without the others: ${read.join(', ')}`];
  throw new StackOutputsError([...failures, ...readToo].join('\n'), {
    hint: 'hoist outputs with --stack shows those of one stack alone. Apply what was never applied. What cannot be reached: see bucket, region and role in infra-tf/lib/stacks/*/environments/*.tfbackend; your credentials must be able to take on that role, and it to read these keys.',
    retryable: false,
  });
};

const readAll = async (
  terraform: Terraform,
  states: readonly StateAddress[],
  run: TerraformRun,
): Promise<readonly ReadState[]> => {
  const [first] = states;
  if (first === undefined) return [];
  try {
    await terraform.expect(['init', '-no-color', '-input=false'], run);
    const workspaces = workspacesIn(await terraform.expect(['workspace', 'list', '-no-color'], run));
    const absent = states.filter(({ workspace }) => !workspaces.includes(workspace));
    if (absent.length > 0) {
      const missing = absent.map((each) => stateMissing(each, 'there is no such workspace').message);
      throw new StackOutputsError(missing.join('\n'), { hint: '', retryable: false });
    }
    const read: ReadState[] = [];
    for (const address of states) {
      const variables = { ...run.variables, TF_WORKSPACE: address.workspace };
      const printed = await terraform.expect(['output', '-json', '-no-color'], { ...run, variables });
      read.push({ address, outputs: valuesOf(printed) });
    }
    return read;
  } catch (error) {
    if (!(error instanceof TerraformFailedError)) throw error;
    throw stateMissing(first, error.message, error);
  }
};
