import { join } from 'node:path';
import { parse } from '@flaghoist/core/parse';
import type { Terraform } from '@flaghoist/terraform/terraform';
import type { ProgramResult, Variables } from '@flaghoist/tools/run-program';
import * as z from 'zod/mini';

const root = join(__dirname, 'root');
const user = z.object({ name: z.string(), access_string: z.string() });

const outputsSchema = z.object({
  cache_users: z.record(z.string(), z.array(user)),
  policies: z.record(z.string(), z.record(z.string(), z.string())),
  functions: z.record(z.string(), z.record(z.string(), z.object({ name: z.string(), role_name: z.string() }))),
  author_role_arn: z.string(),
  operator_role_arn: z.string(),
  person: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  tables: z.record(z.string(), z.string()),
  queues: z.object({ service: z.string(), dead: z.string() }),
  deployment: z.record(z.string(), z.unknown()),
});

interface Place {
  /** Where state and providers are kept. */
  readonly directory: string;
  /** A file of inputs. */
  readonly inputs: string;
  readonly variables: Variables;
}

/** The resources of all regions. */
export const deploymentOf = (terraform: Terraform, { directory, inputs, variables }: Place) => {
  const state = `-state=${join(directory, 'terraform.tfstate')}`;
  const atOnce = ['-parallelism=60', `-var-file=${inputs}`, '-no-color'];
  const run = { directory: root, variables: { ...variables, TF_DATA_DIR: join(directory, '.terraform') } };
  return {
    apply: async (): Promise<void> => {
      await terraform.expect(['init', '-no-color', '-lockfile=readonly'], run);
      await terraform.expect(['apply', '-auto-approve', state, ...atOnce], run);
    },
    plan: (): Promise<ProgramResult> => terraform.run(['plan', '-detailed-exitcode', state, ...atOnce], run),
    // What a plan has just read need not be read again.
    destroy: (): Promise<ProgramResult> =>
      terraform.run(['destroy', '-auto-approve', '-refresh=false', state, ...atOnce], run),
    /** What is in the state. */
    list: (): Promise<string> => terraform.expect(['state', 'list', state], run),
    outputs: async () => {
      const printed: Record<string, { value: unknown }> = JSON.parse(
        await terraform.expect(['output', '-json', state], run),
      );
      const values = Object.fromEntries(Object.entries(printed).map(([name, { value }]) => [name, value]));
      return parse(outputsSchema, values, { what: 'outputs of the root', hint: 'See test/root/main.tf.' });
    },
  };
};
