import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@flaghoist/core/parse';
import type { Topology } from '@flaghoist/core/topology';
import { contracts } from '@flaghoist/stack-outputs/contract';
import { copySources } from '@flaghoist/terraform/copy-sources';
import { forgetProviderHashes } from '@flaghoist/terraform/provider-lock';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { plannedDifferences, readDefects } from '@flaghoist/test-kit/plan-differences';
import type { Variables } from '@flaghoist/tools/run-program';
import * as z from 'zod/mini';
import { environment, home } from './topology.ts';

const repository = join(__dirname, '..', '..', '..');
const user = z.object({ name: z.string(), access_string: z.string() });

const accountSchema = z.object({
  deployment_role_arn: z.string(),
  cache_users: z.record(z.string(), z.array(user)),
  functions: z.record(
    z.string(),
    z.record(z.string(), z.object({ name: z.string(), role_name: z.string(), log_group: z.string() })),
  ),
  person: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  tables: z.record(z.string(), z.string()),
  queues: z.object({ service: z.string(), dead: z.string() }),
});
const stacks = ['region-foundation', 'flags-global', 'flags-region'] as const;
type Stack = (typeof stacks)[number];

/** One state: a stack in one of its workspaces. */
interface Part {
  readonly stack: Stack;
  readonly workspace: string;
}

const foundation = (region: string): Part => ({
  stack: 'region-foundation',
  workspace: `${environment.name}-${region}`,
});
const global: Part = { stack: 'flags-global', workspace: environment.name };
const flags = (region: string): Part => ({ stack: 'flags-region', workspace: `${environment.name}-${region}` });

/** What does not wait for each other stands side by side. */
const orderOf = ({ regions }: Topology): readonly (readonly Part[])[] => {
  const names = regions.map(({ name }) => name);
  return [[foundation(home)], names.filter((name) => name !== home).map(foundation), [global], names.map(flags)];
};

interface Place {
  /** Where the checkout and its providers are. */
  readonly directory: string;
  readonly person: string;
  /** By region. */
  readonly caches: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  readonly auditEndpoint: string;
  readonly variables: Variables;
}

/** A zip may end with a comment: the same code in other bytes. */
const withComment = (zip: Buffer, comment: string): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(comment.length);
  return Buffer.concat([zip.subarray(0, -length.length), length, Buffer.from(comment)]);
};

/** Zips are part of a release, so they are in its checkout. */
const putBundles = (checkout: string, release: string): void => {
  const packages = join(repository, 'packages');
  for (const name of readdirSync(packages)) {
    const [built, put] = [join(packages, name, 'dist'), join(checkout, 'packages', name, 'dist')];
    if (!existsSync(join(packages, name, 'lambda.json'))) continue;
    mkdirSync(put, { recursive: true });
    for (const file of readdirSync(built).filter((each) => each.endsWith('.zip')))
      writeFileSync(join(put, file), withComment(readFileSync(join(built, file)), release));
  }
};

/** Settings of Terraform, which takes JSON on the right-hand side. */
const settings = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    .join('');

const atOnce = ['-parallelism=60', '-no-color'];

/**
 * The account, and the stacks of the flags in all regions of a topology, from a checkout of their sources. States are kept in a bucket
 * of the account.
 * @param whole the regions and services that there will ever be
 */
export const deploymentOf = (
  terraform: Terraform,
  { directory, person, caches, auditEndpoint, variables }: Place,
  whole: Topology,
) => {
  const checkout = join(directory, 'checkout');
  const lib = copySources(join(repository, 'infra-tf', 'lib'), checkout);
  putBundles(checkout, '');
  const names = { service: 'flags', environment_suffix: 'a1', cost_center: 'platform', owner: 'team-platform' };
  const stackFolder = (stack: Stack): string => join(lib, 'stacks', stack);

  /** As the stacks' own files have them, as small as the stacks take. */
  const values: Readonly<Record<Stack, object>> = {
    'region-foundation': {
      internet_cidr: '0.0.0.0/0',
      cidr_blocks: Object.fromEntries(whole.regions.map(({ name }, place) => [name, `10.${32 + place}.0.0/16`])),
      nat_gateway_count: 1,
      cache: { node_type: 'cache.t4g.small', replicas: 1 },
      retention_days: { logs: 1, access_logs: 1, old_artifacts: 1, cache_snapshots: 1 },
      cache_addresses: caches,
    },
    'flags-global': {
      authors: { users: true },
      operators: {
        doctor: { users: true },
        operator: { users: true, names: [person] },
        promoter: { users: true },
        witness: { users: true, names: [`not.${person}`] },
      },
    },
    'flags-region': {
      policy: 'default.v3',
      reverts_per_minute: 20,
      retention_days: { logs: 1 },
      audit_endpoint: auditEndpoint,
    },
  };
  const backend = {
    bucket: 'states',
    region: home,
    use_lockfile: true,
    workspace_key_prefix: environment.account,
  };
  const common = {
    ...names,
    environment: environment.name,
    deployment_role_arn: `arn:aws:iam::${environment.account}:role/deployment`,
  };
  for (const stack of stacks) {
    const file = join(stackFolder(stack), 'environments', environment.name);
    writeFileSync(`${file}.tfvars`, settings({ ...common, ...values[stack] }));
    writeFileSync(`${file}.s3.tfbackend`, settings(backend));
    forgetProviderHashes(stackFolder(stack));
  }
  writeFileSync(join(checkout, 'fleet', 'environments.json'), JSON.stringify({ environments: [environment] }));

  const root = join(__dirname, 'root');
  const accountState = `-state=${join(directory, 'account.tfstate')}`;
  const accountRun = {
    directory: root,
    variables: { ...variables, TF_DATA_DIR: join(directory, '.terraform', 'root') },
  };
  const accountFile = join(directory, 'account.tfvars.json');
  const accountInputs = `-var-file=${accountFile}`;
  writeFileSync(
    accountFile,
    JSON.stringify({
      context: { ...names, environment: environment.name, region: home, account_id: environment.account },
      topology: whole,
      states: backend.bucket,
      person,
    }),
  );

  const runIn = ({ stack, workspace }: Part) => ({
    directory: stackFolder(stack),
    variables: { ...variables, TF_WORKSPACE: workspace, TF_DATA_DIR: join(directory, '.terraform', stack) },
  });
  const inputs = `-var-file=environments/${environment.name}.tfvars`;

  const prepare = async (stack: Stack): Promise<void> => {
    const settingsOfStates = `-backend-config=environments/${environment.name}.s3.tfbackend`;
    await terraform.expect(
      ['init', '-no-color', '-lockfile=readonly', settingsOfStates],
      runIn({ stack, workspace: 'default' }),
    );
  };
  const outputsIn = async (
    args: readonly string[],
    run: Parameters<Terraform['expect']>[1],
  ): Promise<Readonly<Record<string, unknown>>> => {
    const printed: Record<string, { value: unknown }> = JSON.parse(
      await terraform.expect(['output', '-json', ...args], run),
    );
    return Object.fromEntries(Object.entries(printed).map(([name, { value }]) => [name, value]));
  };
  const taken = <Shape extends z.ZodMiniType>(schema: Shape, outputs: object, what: string): z.output<Shape> =>
    parse(schema, outputs, { what: `outputs of ${what}`, hint: 'See its outputs.tf.' });

  return {
    lib,
    checkout,
    /** What the files say from now on; nothing is applied. */
    setTopology: (topology: Topology): void =>
      writeFileSync(join(checkout, 'fleet', 'topology.json'), JSON.stringify(topology)),
    /** Functions whose bundles have other bytes than those of another release; nothing is applied. */
    setRelease: (release: string): void => putBundles(checkout, release),
    /** What is in an account before the stacks are applied. */
    makeAccount: async (): Promise<void> => {
      mkdirSync(join(directory, '.terraform'), { recursive: true });
      await terraform.expect(['init', '-no-color', '-lockfile=readonly'], accountRun);
      await terraform.expect(['apply', '-auto-approve', accountState, accountInputs, ...atOnce], accountRun);
    },
    /** Makes Terraform ready to say of the stacks what there is. */
    prepare: (): Promise<unknown> => Promise.all(stacks.map(prepare)),
    apply: async (topology: Topology): Promise<void> => {
      for (const wave of orderOf(topology)) {
        await Promise.all(
          wave.map((part) => terraform.expect(['apply', '-auto-approve', ...atOnce, inputs], runIn(part))),
        );
      }
    },
    /** What second plans want to change, but for what the emulator alone is to blame for; and its defects that they do not show. */
    planAgain: async (topology: Topology) => {
      const differences = new Set<string>();
      const plan = async (part: Part): Promise<void> => {
        const file = join(directory, `${part.stack}-${part.workspace}.tfplan`);
        await terraform.expect(['plan', '-lock=false', `-out=${file}`, ...atOnce, inputs], runIn(part));
        for (const each of plannedDifferences(await terraform.expect(['show', '-json', file], runIn(part))))
          differences.add(each);
      };
      for (const wave of orderOf(topology)) await Promise.all(wave.map(plan));
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
    destroy: async (topology: Topology): Promise<void> => {
      for (const wave of orderOf(topology).toReversed()) {
        await Promise.all(
          wave.map((part) =>
            terraform.expect(['destroy', '-auto-approve', '-refresh=false', ...atOnce, inputs], runIn(part)),
          ),
        );
      }
    },
    /** The states go with it. */
    destroyAccount: async (): Promise<void> => {
      await terraform.expect(['destroy', '-auto-approve', accountState, accountInputs, ...atOnce], accountRun);
    },
    /** What is in the states of any region that there ever was. */
    list: async (): Promise<string> => {
      const parts = orderOf(whole).flat();
      return (await Promise.all(parts.map((part) => terraform.expect(['state', 'list'], runIn(part))))).join('');
    },
    /**
     * What the stacks say, each by the contract that other readers of states hold them to.
     * @param topology whose regions are asked
     */
    outputs: async ({ regions }: Topology) => {
      const account = taken(accountSchema, await outputsIn([accountState], accountRun), 'the account');
      const ofGlobal = taken(contracts['flags-global'].open, await outputsIn([], runIn(global)), 'flags-global');
      const ofRegions = await Promise.all(
        regions.map(async ({ name }) => {
          taken(contracts['region-foundation'].open, await outputsIn([], runIn(foundation(name))), 'region-foundation');
          const outputs = await outputsIn([], runIn(flags(name)));
          return { name, outputs, ...taken(contracts['flags-region'].open, outputs, 'flags-region') };
        }),
      );
      return {
        ...account,
        author_role_arn: ofGlobal.author_role_arns['users'] ?? '',
        operator_role_arns: ofGlobal.operator_role_arns,
        policies: Object.fromEntries(ofRegions.map(({ name, function_policies: policies }) => [name, policies])),
        deployment: ofRegions.find(({ name }) => name === home)?.outputs['deployment'],
      };
    },
  };
};
