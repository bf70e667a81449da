import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { documentedCommands } from '@flaghoist/terraform/typed-commands';
import type { ProgramResult } from '@flaghoist/tools/run-program';
import type { Checkout } from './checkout.ts';
import type { Typist } from './typist.ts';

export interface SeenAccount {
  /** What the deployment role may do with its states, as its account has it. */
  readonly statePolicy: string;
  /** What AWS Backup backs up in the environment's regions. */
  readonly optedIn: readonly unknown[];
}

/** An account to which nothing was deployed yet. */
export const accountOf = async ({ typeIn }: Typist, environment: Environment): Promise<SeenAccount> => {
  const role = 'flaghoist-deployment';
  const policy = `aws iam get-role-policy --profile $TF_WORKSPACE --region $region --role-name ${role} --policy-name ${role}-states --query PolicyDocument --output json`;
  const settings = (region: string) =>
    `aws backup describe-region-settings --profile $TF_WORKSPACE --region ${region} --query ResourceTypeOptInPreference --output json`;
  const [statePolicy = '', ...optedIn] = await Promise.all(
    [policy, settings(environment.region), settings(environment.replicaRegion)].map((each) =>
      typeIn(each, environment),
    ),
  );
  return { statePolicy, optedIn: optedIn.map((each) => JSON.parse(each)) };
};

export interface FilledIn {
  readonly secret: string;
  /** What the database carried out, in order. */
  readonly statements: readonly string[];
  /** Whether RDS took statements from outside after the README's were typed. */
  readonly open: boolean;
}

/** What an environment has that Terraform knows nothing of. */
export const filledIn = async ({ typeIn }: Typist, environment: Environment): Promise<FilledIn> => {
  const asAdministrator = '--profile $TF_WORKSPACE --region $region';
  const asked = (what: string, query: string) => `aws ${what} ${asAdministrator} --query '${query}' --output json`;
  const resource = `--resource-arn "$database"`;
  const statements = `rds-data execute-statement ${resource} --secret-arn "$master" --database control_plane --sql 'SELECT query FROM pg_stat_statements'`;
  const printed = await typeIn(
    [
      'outputs=$(terraform output -json)',
      `output() { jq -r "$1" <<< "$outputs"; }`,
      'database=$(output .database_cluster_arn.value) master=$(output .database_master_secret_arn.value)',
      `secret=$(output '.secret_arns.value["session-key"]')`,
      asked('secretsmanager get-secret-value --secret-id "$secret"', 'SecretString'),
      asked('rds describe-db-clusters --db-cluster-identifier "$database"', 'DBClusters[0].HttpEndpointEnabled'),
      `aws rds enable-http-endpoint ${resource} ${asAdministrator}`,
      asked(statements, 'records[][].stringValue'),
      `aws rds disable-http-endpoint ${resource} ${asAdministrator}`,
    ].join('\n'),
    environment,
  );
  const [secret, open, carriedOut] = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { secret, open, statements: carriedOut };
};

/** The blocks below "From an empty account" of the application's README, in their order. */
const BLOCKS = [
  'deployment role',
  'backup of Aurora',
  'where the states are',
  'deployment role again',
  'first environment',
  'secret',
  "database's user",
  'image',
  'further environment',
  'image from upstream',
  'destroy',
  'deployment role goes',
] as const;

type Block = (typeof BLOCKS)[number];

export const image = { name: 'control-plane:1.0.0', version: '1.0.0' };

const replaced = (text: string, names: Readonly<Record<string, string>>): string =>
  Object.entries(names).reduce((all, [name, value]) => {
    if (!all.includes(name)) throw new Error(`there is no ${name} in:\n${all}`);
    return all.replaceAll(name, value);
  }, text);

/** What is exported stands for one environment, and a comment says what it is for others. */
const chosen = (commands: string, { name, region }: Environment): string => {
  const line = `export TF_WORKSPACE=${name} region=${region}`;
  if (commands.includes(line)) return commands;
  if (!commands.includes(`# then: ${name}, ${region}`)) throw new Error(`there is nothing of ${name} in:\n${commands}`);
  return commands.replace(/^export TF_WORKSPACE=.*/m, line);
};

export interface EmptyAccount {
  /** Step 2, before there is a state backend. */
  readonly prepare: (environment: Environment) => Promise<void>;
  /** Step 3, but for the state backend itself. */
  readonly shareStates: (environments: readonly Environment[]) => Promise<void>;
  /** The first apply, without an image. */
  readonly begin: (environment: Environment) => Promise<void>;
  /** The secret's value and the database's user. @returns what typing the latter printed */
  readonly furnish: (environment: Environment) => Promise<ProgramResult>;
  /**
   * The image, from where it was built or from upstream, and its apply.
   * @param upstream the repository of the environment before
   */
  readonly deploy: (environment: Environment, digest: string, upstream?: string) => Promise<void>;
  readonly destroy: (environment: Environment) => Promise<void>;
  /** Blocks of the README that were not typed in an environment. */
  readonly untyped: () => readonly string[];
}

/** @param digest with its algorithm */
const digitsOf = (digest: string): string => digest.replace('sha256:', '');

/** The application's way from an empty account and back, as its README has it typed. */
export const emptyAccountOf = (checkout: Checkout, { type }: Typist): EmptyAccount => {
  const readme = join(checkout.stack('application'), 'README.md');
  const typed = new Set<string>();
  const commandsOf = (block: Block): string => {
    typed.add(block);
    return documentedCommands(readme, 'From an empty account', BLOCKS.indexOf(block));
  };
  /** In a shell in which the environment was chosen by a block before. */
  const within = ({ name, region }: Environment) => ({ TF_WORKSPACE: name, region });
  const isFirst = ({ upstream }: Environment): boolean => upstream === null;

  return {
    prepare: async (environment) => {
      const { name, region, replicaRegion } = environment;
      // What the comment has the reader change; who deploys, cost center and owner are those of the example.
      const edited = commandsOf('deployment role').replace(
        /# then the environment.*/,
        `\nsed -i.example 's/^environment .*/environment = "${name}"/' <environment>.tfvars`,
      );
      await type(replaced(edited, { '<environment>': name }), environment);
      const regions = { '<environment>': name, '<home region>': region, '<replica region>': replicaRegion };
      await type(replaced(commandsOf('backup of Aurora'), regions), environment);
    },
    shareStates: async (environments) => {
      await type(commandsOf('where the states are'));
      const again = commandsOf('deployment role again');
      await Promise.all(environments.map((each) => type(replaced(again, { '<environment>': each.name }), each)));
    },
    begin: async (environment) => {
      await type(
        chosen(commandsOf(isFirst(environment) ? 'first environment' : 'further environment'), environment),
        environment,
      );
    },
    furnish: async (environment) => {
      await type(commandsOf('secret'), environment, within(environment));
      return type(commandsOf("database's user"), environment, within(environment));
    },
    deploy: async (environment, digest, upstream) => {
      const names = { '<version>': image.version, '<digest>': digitsOf(digest) };
      const commands = isFirst(environment)
        ? replaced(commandsOf('image'), { '<image>': image.name, ...names })
        : replaced(commandsOf('image from upstream'), names);
      const repository = isFirst(environment) ? {} : { repository: upstream };
      await type(commands, environment, { ...within(environment), ...repository });
    },
    destroy: async (environment) => {
      await type(commandsOf('destroy'), environment, within(environment));
      const goes = replaced(commandsOf('deployment role goes'), { '<environment>': environment.name });
      await type(goes, environment, within(environment));
    },
    untyped: () => {
      const section = readFileSync(readme, 'utf8').split('\n## From an empty account\n')[1]?.split('\n## ')[0];
      const blocks = [...String(section).matchAll(/^```sh$/gm)].map((_, index) => BLOCKS[index] ?? `block ${index}`);
      return blocks.filter((block) => !typed.has(block));
    },
  };
};
