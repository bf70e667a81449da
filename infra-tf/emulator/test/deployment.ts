import { join } from 'node:path';
import type { Terraform, TerraformRun } from '@flaghoist/terraform/terraform';
import type { ProgramResult, Variables } from '@flaghoist/tools/run-program';

export interface Deployment {
  readonly name: string;
  /** Runs to the end, whatever the exit code, in the environment's workspace with its backend and inputs. */
  readonly run: (command: Command, more?: readonly string[], watch?: Watch) => Promise<ProgramResult>;
  /**
   * Runs to the end and returns standard output.
   * @throws {TerraformFailedError} when the exit code is not 0
   */
  readonly expect: (command: Command, more?: readonly string[]) => Promise<string>;
}

type Watch = Pick<TerraformRun, 'onOutput' | 'signal'>;

const inputs = (name: string): readonly string[] => [
  `-var-file=environments/${name}.tfvars`,
  `-var-file=${join(__dirname, 'emulator.tfvars')}`,
];
const atOnce = ['-parallelism=50'];

/** What an operator types, with the answer to Terraform's question given beforehand. */
const commands = {
  init: (name: string) => [
    'init',
    '-reconfigure',
    '-lockfile=readonly',
    `-backend-config=environments/${name}.s3.tfbackend`,
  ],
  plan: (name: string) => ['plan', ...atOnce, ...inputs(name)],
  apply: (name: string) => ['apply', '-auto-approve', ...atOnce, ...inputs(name)],
  show: () => ['show', '-json'],
  'state pull': () => ['state', 'pull'],
} satisfies Record<string, (name: string) => readonly string[]>;

export type Command = keyof typeof commands;

/**
 * An environment of the stack `application`.
 * @param directory the stack in a checkout
 * @param variables where AWS is, and the credentials that may assume the environment's role
 */
export const deploymentOf = (
  terraform: Terraform,
  name: string,
  { directory, variables }: { readonly directory: string; readonly variables: Variables },
): Deployment => {
  const all = { ...variables, TF_WORKSPACE: name, TF_DATA_DIR: join(directory, `.terraform-${name}`) };
  const inFull = (command: Command, more: readonly string[]) => [
    ...commands[command](name),
    ...(command === 'state pull' ? [] : ['-no-color']),
    ...more,
  ];
  // The workspace does not exist before the first apply.
  const variablesOf = (command: Command) => (command === 'init' ? { ...all, TF_WORKSPACE: 'default' } : all);
  return {
    name,
    run: (command, more = [], watch = {}) =>
      terraform.run(inFull(command, more), { directory, variables: variablesOf(command), ...watch }),
    expect: (command, more = []) =>
      terraform.expect(inFull(command, more), { directory, variables: variablesOf(command) }),
  };
};
