import { readEnvironments } from '@flaghoist/fleet/environments';
import { readSources } from '@flaghoist/parity/sources/read-sources';
import { needsTerraform } from '../needs-terraform.ts';
import { type CopiedSources, copiedSources } from './copied-sources.ts';
import { identityDivergences } from './identity-divergences.ts';
import { fleet, reportOn } from './report-on.ts';

const { it } = needsTerraform();

const names = readEnvironments(fleet).map(({ name }) => name);
const [first = '', second = ''] = names;
const last = names.at(-1) ?? '';

const stack = 'stacks/application';
const tfvars = (name: string): string => `${stack}/environments/${name}.tfvars`;
const inLast = `var.context.environment == "${last}"`;

const planted = (name: string, text: string): string =>
  `resource "terraform_data" "planted_${name}" {\n  triggers_replace = { redeployment = ${text} }\n}`;
const differing = (encode: string): string =>
  `${encode}({ name = "\${var.environment}-x", debug = length(var.environment) == ${last.length} })`;
const commands = `"export STAGE=\${var.environment}\\nexec serve\${length(var.environment) == ${last.length} ? " --debug" : ""}\\n"`;

/** Changes of the sources that make one environment another than the rest, and where each must be found. */
const mutants: Readonly<Record<string, { mutate(sources: CopiedSources): void; found: RegExp }>> = {
  'another version in one environment': {
    mutate: (sources) => sources.append(tfvars(first), 'engine_version = "15.8"'),
    found: /^module\.database\.aws_rds_cluster\.this\.engine_version$/,
  },
  'another tag in one environment': {
    mutate: (sources) => sources.edit(tfvars(second), /cost_center( *)= "[^"]+"/, 'cost_center$1= "other-2002"'),
    found: /^module\.network\.aws_vpc\.this\.tags\.cost-center$/,
  },
  'a size that shrinks on the way': {
    mutate: (sources) => sources.edit(tfvars(last), /task_count( *)= \{ min = \d+/, 'task_count$1= { min = 1'),
    found: /^module\.service\.aws_ecs_service\.this\.desired_count$/,
  },
  'encryption in one environment only': {
    mutate: (sources) =>
      sources.edit(
        'modules/aurora-postgresql/main.tf',
        /storage_encrypted( *)= true/,
        `storage_encrypted$1= ${inLast}`,
      ),
    found: /^module\.database\.aws_rds_cluster\.this\.storage_encrypted$/,
  },
  'an instance in the open in one environment': {
    mutate: (sources) =>
      sources.edit(
        'modules/aurora-postgresql/main.tf',
        /publicly_accessible( *)= false/,
        `publicly_accessible$1= ${inLast}`,
      ),
    found: /^module\.database\.aws_rds_cluster_instance\.this\[\*\]\.publicly_accessible$/,
  },
  'a shell into tasks in one environment': {
    mutate: (sources) =>
      sources.edit(
        'modules/ecs-service/service.tf',
        /enable_execute_command( *)= false/,
        `enable_execute_command$1= ${inLast}`,
      ),
    found: /^module\.service\.aws_ecs_service\.this\.enable_execute_command$/,
  },
  'a public address in one environment': {
    mutate: (sources) =>
      sources.edit('modules/ecs-service/service.tf', 'assign_public_ip = false', `assign_public_ip = ${inLast}`),
    found: /^module\.service\.aws_ecs_service\.this\.network_configuration\[\*\]\.assign_public_ip$/,
  },
  'a flag of the load balancer, by the length of a name': {
    mutate: (sources) =>
      sources.edit(
        'modules/load-balancer/main.tf',
        /drop_invalid_header_fields( *)= true/,
        `drop_invalid_header_fields$1= length(var.context.environment) != ${last.length}`,
      ),
    found: /^module\.load_balancer\.aws_lb\.this\.drop_invalid_header_fields$/,
  },
  'a resource that only one environment has': {
    mutate: (sources) =>
      sources.append(
        `${stack}/main.tf`,
        `resource "aws_cloudwatch_log_group" "planted" {\n  count = var.environment == "${last}" ? 1 : 0\n  name  = "planted"\n}`,
      ),
    found: /^aws_cloudwatch_log_group\.planted\[\*\]\.#count$/,
  },
  "a resource with one environment's name in all of them": {
    mutate: (sources) =>
      sources.append(
        `${stack}/main.tf`,
        `resource "aws_cloudwatch_log_group" "named" {\n  name = "${second}-planted"\n}`,
      ),
    found: /^aws_cloudwatch_log_group\.named\.name$/,
  },
  'more permissions in one environment': {
    mutate: (sources) =>
      sources.edit(
        `${stack}/service.tf`,
        /actions( *)= \["s3:PutObject"\]/,
        `actions$1= var.environment == "${first}" ? ["s3:PutObject", "s3:GetObject"] : ["s3:PutObject"]`,
      ),
    found: /^module\.service\.(data\.aws_iam_policy_document|aws_iam_role_policy).*\[\*\]/,
  },
  'another key in one environment, known only after apply': {
    mutate: (sources) =>
      sources.edit(
        `${stack}/main.tf`,
        /kms_key_arn( *)= module\.operations_key\.key_arn/,
        `kms_key_arn$1= var.environment == "${last}" ? module.data_key.key_arn : module.operations_key.key_arn`,
      ),
    found: new RegExp(`^source\\.main\\.tf\\.${last}$`),
  },
  'another key by a size, known only after apply': {
    mutate: (sources) =>
      sources.edit(
        `${stack}/alarms.tf`,
        /(kms_key_arn +)= module\.operations_key\.key_arn/,
        '$1= var.task.cpu > 256 ? module.data_key.key_arn : module.operations_key.key_arn',
      ),
    found: /^module\.alarms\.aws_sns_topic\.\w+\.kms_master_key_id\.#made_of\["var\.task\.cpu > 256"\]$/,
  },
  'a trigger that is a digest of what differs': {
    mutate: (sources) => sources.append(`${stack}/main.tf`, planted('digest', `sha1(${differing('jsonencode')})`)),
    found: /^terraform_data\.planted_digest\.triggers_replace\.redeployment\.#sha1\.debug$/,
  },
  'a trigger that is a digest of a file per environment': {
    mutate: (sources) => {
      for (const name of names) sources.write(`${stack}/digested/${name}.txt`, name === last ? 'a\nc\n' : 'a\nb\n');
      const file = `"\${path.module}/digested/\${var.environment}.txt"`;
      sources.append(`${stack}/main.tf`, planted('file', `filemd5(${file})`));
    },
    found: /^terraform_data\.planted_file\.triggers_replace\.redeployment$/,
  },
  'a trigger that is a digest of what nobody knows, by the length of a name': {
    mutate: (sources) =>
      sources.append(
        `${stack}/main.tf`,
        planted('unknown', `sha1("\${module.network.vpc_id}\${${last.length} == length(var.environment) ? 1 : 2}")`),
      ),
    found: new RegExp(
      `^terraform_data\\.planted_unknown\\.triggers_replace.*\\.#made_of\\["${last.length} == length\\(var\\.environment\\)"\\]$`,
    ),
  },
  'a command in base64': {
    mutate: (sources) => sources.append(`${stack}/main.tf`, planted('base64', `base64encode(${commands})`)),
    found: /^terraform_data\.planted_base64\.triggers_replace\.redeployment\.#base64\[\*\]$/,
  },
  'a command that is packed': {
    mutate: (sources) => sources.append(`${stack}/main.tf`, planted('packed', `base64gzip(${commands})`)),
    found: /^terraform_data\.planted_packed\.triggers_replace\.redeployment\.#base64gzip\[\*\]$/,
  },
  'a front that is open to the internet in one environment': {
    mutate: (sources) =>
      sources.edit(tfvars(last), /caller_cidrs( *)= \[[^\]]*\]/, 'caller_cidrs$1= []\nopen_to_internet = true'),
    found: /^var\.open_to_internet$/,
  },
  'rules that let the internet in, in one environment': {
    mutate: () => {},
    found: /^module\.load_balancer\.aws_vpc_security_group_ingress_rule\.callers\[\*\]/,
  },
  'an output that differs': {
    mutate: (sources) =>
      sources.append(
        `${stack}/outputs.tf`,
        `output "planted" {\n  value = var.environment == "${last}" ? "a" : "b"\n}`,
      ),
    found: /^output\.planted$/,
  },
};

let sources: CopiedSources;
let violations: readonly string[];

const everyFound: Readonly<Record<string, RegExp>> = Object.fromEntries([
  ...Object.entries(mutants).map(([name, { found }]) => [name, found]),
  ...identityDivergences.flatMap(({ found }) => Object.entries(found)),
]);

beforeAll(async () => {
  sources = copiedSources();
  // All at once: each is in a place of its own, and a plan of three environments takes most of a minute.
  for (const { mutate } of [...Object.values(mutants), ...identityDivergences]) mutate(sources);
  const planned = await sources.plan();
  const { differences } = reportOn(planned, await readSources(sources.stackDirectory));
  violations = differences.filter(({ status }) => status === 'violation').map(({ path }) => path);
});

afterAll(() => sources.remove());

it('plants at least sixty', () => {
  expect(Object.keys(everyFound).length).toBeGreaterThanOrEqual(60);
});

it.each(Object.keys(everyFound))('finds %s', (name) => {
  const found = everyFound[name] ?? /^$/;
  expect(violations.filter((path) => found.test(path))).not.toEqual([]);
});
