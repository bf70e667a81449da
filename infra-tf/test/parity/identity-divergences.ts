import { readEnvironments } from '@flaghoist/fleet/environments';
import type { CopiedSources } from './copied-sources.ts';
import { otherWays } from './other-ways.ts';
import { fleet } from './report-on.ts';

const names = readEnvironments(fleet).map(({ name }) => name);
const last = names.at(-1) ?? '';

/** A change of the sources, and where each of the divergences that it plants must be found. */
export interface Planting {
  mutate(sources: CopiedSources): void;
  readonly found: Readonly<Record<string, RegExp>>;
}

/** Ways to tell one environment from the others without naming it. */
interface Condition {
  readonly text: string;
  /** What the report must say of it, at the end of a path. */
  readonly said: string;
}

const condition = (text: string): Condition => ({ text, said: `.#made_of[${JSON.stringify(text)}]` });

interface Called {
  readonly region: string;
  readonly upstream: string;
  readonly environment: string;
}

type Conditions = Readonly<Record<string, Condition>>;

/**
 * @param called how the environment is known there
 * @param variant so that two in one document are told apart
 */
const conditionsIn = ({ region, upstream, environment }: Called, variant: 0 | 1 | 2): Conditions => ({
  region: condition(`startswith(${region}, ${['"us-"', '"us"', '"u"'][variant]})`),
  upstream: condition([`${upstream} == null`, `null == ${upstream}`, `!(${upstream} != null)`][variant] ?? ''),
  "the workspace's length": condition(
    ['length(terraform.workspace) == N', 'N == length(terraform.workspace)', '!(length(terraform.workspace) != N)'][
      variant
    ]?.replace('N', String(last.length)) ?? '',
  ),
  'a file per environment': condition(
    ['F == "other"', '"other" == F', '!(F != "other")'][variant]?.replace(
      'F',
      () => `file("\${path.module}/planted/\${${environment}}.txt")`,
    ) ?? '',
  ),
});

const named = {
  module: { region: 'var.context.region', upstream: 'var.planted_upstream', environment: 'var.context.environment' },
  stack: { region: 'module.deployment.region', upstream: 'module.deployment.upstream', environment: 'var.environment' },
};
const inModule = conditionsIn(named.module, 0);
const inStack = conditionsIn(named.stack, 0);

/**
 * One expression that is another one where any of the conditions holds.
 *
 * @param bad one for each condition, or one for all: what is the same everywhere in the end is no divergence
 */
const chain = (conditions: Conditions, good: string, bad: string | readonly string[]): string =>
  `(${Object.values(conditions)
    .map(({ text }, index) => `${text} ? ${typeof bad === 'string' ? bad : bad[index]} : `)
    .join('')}${good})`;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where the divergences of each condition must be found. */
const foundAt = (what: string, path: string, conditions: Conditions): Planting['found'] =>
  Object.fromEntries(
    Object.entries(conditions).map(([by, { said }]) => [
      `${what}, by ${by}`,
      new RegExp(`^${escaped(path)}${escaped(said)}$`),
    ]),
  );

const stack = 'stacks/application';

/** Files beside a module that say something else in the last environment. */
const writeFiles = (sources: CopiedSources, folder: string): void => {
  for (const name of names) sources.write(`${folder}/planted/${name}.txt`, name === last ? 'other' : 'same');
};

/** Lets a module know the environment's upstream. */
const passUpstream = (sources: CopiedSources, module: string, call: string): void => {
  sources.append(
    `modules/${module}/variables.tf`,
    'variable "planted_upstream" {\n  type    = string\n  default = null\n}',
  );
  const file = call === 'service' ? `${stack}/service.tf` : `${stack}/main.tf`;
  sources.edit(file, `module "${call}" {\n`, `module "${call}" {\n  planted_upstream = module.deployment.upstream\n`);
  writeFiles(sources, `modules/${module}`);
};

const edited = (
  what: string,
  path: string,
  conditions: Conditions,
  [file, from, good, bad]: readonly [file: string, from: RegExp, good: string, bad: string | readonly string[]],
): Planting => ({
  mutate: (sources) => sources.edit(file, from, `$1${chain(conditions, good, bad)}`),
  found: foundAt(what, path, conditions),
});

const task = 'modules/ecs-service/service.tf';
const containers = 'module.service.aws_ecs_task_definition.this.container_definitions';

const keyOf = (what: string, path: string, from: RegExp): Planting =>
  edited(`another key for ${what}`, path, inStack, [
    `${stack}/main.tf`,
    from,
    'module.data_key.key_arn',
    'module.operations_key.key_arn',
  ]);

/** Divergences in values that are known only after apply. */
export const identityDivergences: readonly Planting[] = [
  {
    mutate: (sources) => {
      passUpstream(sources, 'ecs-service', 'service');
      passUpstream(sources, 'backup', 'backup');
      passUpstream(sources, 'replication', 'replication');
      writeFiles(sources, stack);
      sources.write(`${stack}/planted.tftpl`, `%{if environment == "${last}"}other%{endif}\${id}`);
      sources.write(
        `${stack}/planted.json`,
        JSON.stringify(Object.fromEntries(names.map((each) => [each, each === last]))),
      );
      sources.write(`${stack}/planted/${last}.only`, '');
      sources.append(
        `${stack}/main.tf`,
        'locals {\n  planted_template = "%%{if length(e) == 4}other%%{endif}$${id}"\n}',
      );
    },
    found: {},
  },
  edited('the container as root', containers, inModule, [
    task,
    /(user += )var\.container_user/,
    'var.container_user',
    ['"0"', '"00"', '"0:0"', '"root"'],
  ]),
  edited('capabilities that are kept', containers, conditionsIn(named.module, 1), [
    task,
    /(drop = )\["ALL"\]/,
    '["ALL"]',
    ['[]', '["CHOWN"]', '["SETUID"]', '["NET_RAW"]'],
  ]),
  edited('a log driver that blocks', containers, conditionsIn(named.module, 2), [
    task,
    /(max-buffer-size = )"16m"/,
    '"16m"',
    ['"1m"', '"2m"', '"4m"', '"8m"'],
  ]),
  edited('tasks in public subnets', 'module.service.aws_ecs_service.this.network_configuration[*].subnets', inStack, [
    `${stack}/service.tf`,
    /(private_subnet_ids += )module\.network\.private_subnet_ids/,
    'module.network.private_subnet_ids',
    'module.network.public_subnet_ids',
  ]),
  edited('kms:* for a role', 'module.backup.aws_iam_role_policy.this.policy', inModule, [
    'modules/backup/iam.tf',
    /(Action += )"kms:DescribeKey"/,
    '"kms:DescribeKey"',
    ['"kms:*"', '"kms:Get*"', '"kms:List*"', '"kms:Put*"'],
  ]),
  edited('s3:ReplicateDelete for a role', 'module.replication.aws_iam_role_policy.replication.policy', inModule, [
    'modules/replication/iam.tf',
    /(Action += )\["s3:ReplicateObject", "s3:ReplicateTags"\]/,
    '["s3:ReplicateObject", "s3:ReplicateTags"]',
    ['["s3:ReplicateDelete"]', '["s3:*"]', '["s3:Replicate*"]', '["s3:Put*"]'],
  ]),
  {
    mutate: (sources) =>
      sources.edit(
        `${stack}/service.tf`,
        /(\n +)ENVIRONMENT /,
        `$1DEBUG = ${chain(inStack, '"0"', ['"1"', '"2"', '"3"', '"4"'])}$1ENVIRONMENT `,
      ),
    found: foundAt('a debug switch', containers, inStack),
  },
  keyOf(
    'the database',
    'module.database.aws_rds_cluster.this.kms_key_id',
    /(backup_retention_days .*\n +kms_key_arn += )module\.data_key\.key_arn/,
  ),
  keyOf(
    'evidence',
    'module.replication.module.evidence.aws_s3_bucket_server_side_encryption_configuration.this.rule[*].apply_server_side_encryption_by_default[*].kms_master_key_id',
    /(evidence_retention_days .*\n.*\n +kms_key_arn += )module\.data_key\.key_arn/,
  ),
  keyOf(
    'the vault',
    'module.backup.aws_backup_vault.this.kms_key_arn',
    /(copy_retention_days .*\n +kms_key_arn += )module\.data_key\.key_arn/,
  ),
  edited('the database in other subnets', 'module.database.aws_db_subnet_group.this.subnet_ids', inStack, [
    `${stack}/main.tf`,
    /(data_subnet_ids += )module\.network\.data_subnet_ids/,
    'module.network.data_subnet_ids',
    'module.network.private_subnet_ids',
  ]),
  edited(
    'the database opened to the load balancer',
    'module.service.aws_vpc_security_group_ingress_rule.database_from_service.referenced_security_group_id',
    inModule,
    [
      'modules/ecs-service/network.tf',
      /(resource "aws_vpc_security_group_ingress_rule" "database_from_service" \{[^}]*referenced_security_group_id += )aws_security_group\.this\.id/,
      'aws_security_group.this.id',
      'var.load_balancer.security_group_id',
    ],
  ),
  ...Object.entries(otherWays).map(
    ([what, { text, said }], index): Planting => ({
      mutate: (sources) =>
        sources.append(
          `${stack}/main.tf`,
          `resource "aws_ssm_parameter" "planted_${index}" {\n  name  = "planted-${index}"\n  type  = "String"\n  value = ${text}\n}`,
        ),
      found: {
        [`another value, by ${what}`]: new RegExp(
          `^aws_ssm_parameter\\.planted_${index}\\.value${escaped(condition(said).said)}$`,
        ),
      },
    }),
  ),
  {
    mutate: (sources) => sources.edit(`${stack}/environments/${last}.s3.tfbackend`, /(encrypt +)= true/, '$1= false'),
    found: { 'a state that one environment does not encrypt': /^backend\.s3\.encrypt$/ },
  },
  {
    mutate: (sources) => {
      sources.append(`${stack}/variables.tf`, 'variable "planted_range" {\n  type = string\n}');
      for (const [index, name] of names.entries()) {
        sources.append(`${stack}/environments/${name}.tfvars`, `planted_range = "10.9${index}.0.0/16"`);
      }
    },
    found: { 'a private range that may come in, in each another one': /^var\.planted_range$/ },
  },
  {
    mutate: (sources) =>
      sources.edit(
        'modules/naming/outputs.tf',
        /(condition += )(alltrue\(\[for key, name in local\.names : startswith.*)/,
        `$1$2 || length(var.context.environment) == ${last.length}`,
      ),
    found: {
      'a precondition that asks for less in one environment':
        /^module\.network\.module\.naming\.output\.names\.#condition\.#made_of\["length\(var\.context\.environment\) == /,
    },
  },
  {
    mutate: (sources) =>
      sources.edit(
        'modules/network/routes.tf',
        /(each\.value\.tier == "private" \?) each\.key :/,
        `$1 (length(terraform.workspace) == ${last.length} ? "public" : each.key) :`,
      ),
    found: {
      'private subnets with a route to the internet gateway':
        /^module\.network\.aws_route_table_association\.this\[\*\]\.route_table_id\.#made_of\["length\(terraform\.workspace\) == /,
    },
  },
  {
    mutate: (sources) =>
      sources.edit(
        `${stack}/providers.tf`,
        'external_id  = var.deployment_external_id',
        `external_id  = length(terraform.workspace) == ${last.length} ? "a" : var.deployment_external_id`,
      ),
    found: {
      'a role that is assumed by other terms':
        /^provider\.aws\.assume_role\.#made_of\["length\(terraform\.workspace\) == /,
    },
  },
  {
    mutate: (sources) =>
      sources.append(
        `${stack}/main.tf`,
        `resource "terraform_data" "planted" {\n  provisioner "local-exec" {\n    command = "true \${length(terraform.workspace)}"\n  }\n}`,
      ),
    found: {
      'a command of a provisioner':
        /^terraform_data\.planted\.provisioner\.#made_of\["length\(terraform\.workspace\)"\]$/,
    },
  },
];
