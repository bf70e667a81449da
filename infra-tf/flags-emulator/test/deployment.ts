import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from '@flaghoist/core/parse';
import { copySources } from '@flaghoist/terraform/copy-sources';
import { forgetProviderHashes } from '@flaghoist/terraform/provider-lock';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { plannedDifferences, readDefects } from '@flaghoist/test-kit/plan-differences';
import type { Variables } from '@flaghoist/tools/run-program';
import * as z from 'zod/mini';
import { environment, regions, topology } from './topology.ts';

const repository = join(__dirname, '..', '..', '..');
const user = z.object({ name: z.string(), access_string: z.string() });

const accountSchema = z.object({
  deployment_role_arn: z.string(),
  cache_users: z.record(z.string(), z.array(user)),
  functions: z.record(z.string(), z.record(z.string(), z.object({ name: z.string(), role_name: z.string() }))),
  person: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  tables: z.record(z.string(), z.string()),
  queues: z.object({ service: z.string(), dead: z.string() }),
});
const globalSchema = z.object({
  author_role_arns: z.object({ users: z.string() }),
  operator_role_arns: z.object({ operator: z.string() }),
});
const regionSchema = z.object({
  function_policies: z.record(z.string(), z.string()),
  deployment: z.record(z.string(), z.unknown()),
});

const stacks = ['region-foundation', 'flags-global', 'flags-region'] as const;
type Stack = (typeof stacks)[number];

/** One state: a stack in one of its workspaces. */
interface Part {
  readonly stack: Stack;
  readonly workspace: string;
  readonly region: string;
}

const foundation = (region: string): Part => ({
  stack: 'region-foundation',
  workspace: `${environment.name}-${region}`,
  region,
});
const global: Part = { stack: 'flags-global', workspace: environment.name, region: topology.home };
const region = (name: string): Part => ({
  stack: 'flags-region',
  workspace: `${environment.name}-${name}`,
  region: name,
});
const others = regions.filter((name) => name !== topology.home);

/** What does not wait for each other stands side by side. */
const order: readonly (readonly Part[])[] = [
  [foundation(topology.home)],
  others.map(foundation),
  [global],
  regions.map(region),
];

interface Place {
  /** Where the checkout, its states and its providers are. */
  readonly directory: string;
  readonly person: string;
  readonly caches: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  readonly auditEndpoint: string;
  readonly variables: Variables;
}

/** The account, and the stacks of the flags in all regions, from a checkout of their sources. */
export const deploymentOf = (terraform: Terraform, { directory, person, caches, auditEndpoint, variables }: Place) => {
  const lib = copySources(join(repository, 'infra-tf', 'lib'), join(directory, 'checkout'));
  const fleet = join(directory, 'checkout', 'fleet');
  writeFileSync(join(fleet, 'environments.json'), JSON.stringify({ environments: [environment] }));
  writeFileSync(join(fleet, 'topology.json'), JSON.stringify(topology));

  const names = { service: 'flags', environment_suffix: 'a1', cost_center: 'platform', owner: 'team-platform' };
  const root = join(__dirname, 'root');
  const accountState = `-state=${join(directory, 'account.tfstate')}`;
  const accountRun = { directory: root, variables: { ...variables, TF_DATA_DIR: join(directory, '.terraform') } };
  const inputs = (name: string, values: object): string => {
    const file = join(directory, `${name}.tfvars.json`);
    writeFileSync(file, JSON.stringify(values));
    return `-var-file=${file}`;
  };
  const account = inputs('account', {
    context: { ...names, environment: environment.name, region: topology.home, account_id: environment.account },
    topology,
    person,
  });
  const atOnce = ['-parallelism=60', '-no-color'];

  const folderOf = (stack: Stack): string => join(lib, 'stacks', stack);
  const stateOf = ({ stack, workspace }: Part) => ({
    backend: 'local',
    config: { path: join(directory, 'states', stack, workspace, 'terraform.tfstate') },
  });
  /** As the stacks' own tfvars have them, as small as the stacks take. */
  const valuesOf = (part: Part): object => {
    const common = {
      ...names,
      environment: environment.name,
      deployment_role_arn: `arn:aws:iam::${environment.account}:role/deployment`,
    };
    switch (part.stack) {
      case 'region-foundation':
        return {
          ...common,
          internet_cidr: '0.0.0.0/0',
          cidr_blocks: Object.fromEntries(regions.map((name, place) => [name, `10.${32 + place}.0.0/16`])),
          nat_gateway_count: 1,
          cache: { node_type: 'cache.t4g.small', replicas: 1 },
          retention_days: { logs: 1, access_logs: 1, old_artifacts: 1, cache_snapshots: 1 },
          cache_address: caches[part.region],
          ...(part.region === topology.home ? {} : { home_state: stateOf(foundation(topology.home)) }),
        };
      case 'flags-global':
        return {
          ...common,
          authors: { users: true },
          operators: { users: true },
          foundation_state: stateOf(foundation(part.region)),
        };
      case 'flags-region':
        return {
          ...common,
          packages_folder: relative(folderOf(part.stack), join(repository, 'packages')),
          policy: 'default.v3',
          reverts_per_minute: 20,
          retention_days: { logs: 1 },
          audit_endpoint: auditEndpoint,
          foundation_state: stateOf(foundation(part.region)),
          global_state: stateOf(global),
        };
    }
  };
  const runIn = (part: Part) => ({
    directory: folderOf(part.stack),
    variables: {
      ...variables,
      TF_WORKSPACE: part.workspace,
      TF_DATA_DIR: join(directory, '.terraform', `${part.stack}-${part.workspace}`),
    },
  });
  const inputsOf = (part: Part): string => inputs(`${part.stack}-${part.workspace}`, valuesOf(part));

  const prepare = async (part: Part): Promise<void> => {
    const run = runIn(part);
    const unselected = { ...run, variables: { ...run.variables, TF_WORKSPACE: 'default' } };
    await terraform.expect(['init', '-no-color', '-lockfile=readonly'], unselected);
  };
  const apply = async (part: Part): Promise<void> => {
    await terraform.expect(['apply', '-auto-approve', ...atOnce, inputsOf(part)], runIn(part));
  };
  const outputsOf = async <Shape extends z.ZodMiniType>(
    schema: Shape,
    what: string,
    args: readonly string[],
    run: Parameters<Terraform['expect']>[1],
  ): Promise<z.output<Shape>> => {
    const printed: Record<string, { value: unknown }> = JSON.parse(
      await terraform.expect(['output', '-json', ...args], run),
    );
    const values = Object.fromEntries(Object.entries(printed).map(([name, { value }]) => [name, value]));
    return parse(schema, values, { what: `outputs of ${what}`, hint: 'See its outputs.tf.' });
  };

  return {
    lib,
    apply: async (): Promise<void> => {
      for (const stack of stacks) {
        const backend = { local: { workspace_dir: join(directory, 'states', stack) } };
        writeFileSync(join(folderOf(stack), 'backend_override.tf.json'), JSON.stringify({ terraform: { backend } }));
        forgetProviderHashes(folderOf(stack));
      }
      mkdirSync(join(directory, '.terraform'), { recursive: true });
      await terraform.expect(['init', '-no-color', '-lockfile=readonly'], accountRun);
      await terraform.expect(['apply', '-auto-approve', accountState, account, ...atOnce], accountRun);
      for (const wave of order) {
        // One after the other: they write the same lock file.
        for (const part of wave) await prepare(part);
        await Promise.all(wave.map(apply));
      }
    },
    /** What second plans want to change, but for what the emulator alone is to blame for; and its defects that they do not show. */
    planAgain: async () => {
      const differences = new Set<string>();
      for (const part of order.flat()) {
        const file = join(directory, 'second.tfplan');
        await terraform.expect(['plan', `-out=${file}`, ...atOnce, inputsOf(part)], runIn(part));
        for (const each of plannedDifferences(await terraform.expect(['show', '-json', file], runIn(part))))
          differences.add(each);
      }
      const defects = new Set(
        readDefects(join(__dirname, 'emulator-defects.yaml')).map(
          ({ resource, attribute }) => `${resource} ${attribute}`,
        ),
      );
      return {
        changes: [...differences].filter((each) => !defects.has(each)).sort(),
        needless: [...defects].filter((each) => !differences.has(each)),
      };
    },
    /** The other way round. What a plan has just read need not be read again. */
    destroy: async (): Promise<void> => {
      for (const wave of order.toReversed()) {
        await Promise.all(
          wave.map((part) =>
            terraform.expect(['destroy', '-auto-approve', '-refresh=false', ...atOnce, inputsOf(part)], runIn(part)),
          ),
        );
      }
      await terraform.expect(['destroy', '-auto-approve', accountState, account, ...atOnce], accountRun);
    },
    /** What is in the states. */
    list: async (): Promise<string> =>
      (await Promise.all(order.flat().map((part) => terraform.expect(['state', 'list'], runIn(part))))).join(''),
    outputs: async () => {
      const ofAccount = await outputsOf(accountSchema, 'the account', [accountState], accountRun);
      const ofGlobal = await outputsOf(globalSchema, 'flags-global', [], runIn(global));
      const ofRegions = await Promise.all(
        regions.map(
          async (name) => [name, await outputsOf(regionSchema, 'flags-region', [], runIn(region(name)))] as const,
        ),
      );
      return {
        ...ofAccount,
        author_role_arn: ofGlobal.author_role_arns.users,
        operator_role_arn: ofGlobal.operator_role_arns.operator,
        policies: Object.fromEntries(ofRegions.map(([name, { function_policies: policies }]) => [name, policies])),
        deployment: Object.fromEntries(ofRegions)[topology.home]?.deployment ?? {},
      };
    },
  };
};
