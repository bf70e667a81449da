import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironments } from '@flaghoist/fleet/environments';
import { parseAllowList } from '@flaghoist/parity/allow-list/allow-list';
import type { PlannedEnvironment } from '@flaghoist/parity/compare-environments';
import { readSources, type Sources } from '@flaghoist/parity/sources/read-sources';
import { needsTerraform } from '../needs-terraform.ts';
import { type CopiedSources, copiedSources } from './copied-sources.ts';
import { fleet, reportOn, stackDirectory } from './report-on.ts';

const { it } = needsTerraform();

const environments = readEnvironments(fleet);
const last = environments.at(-1);
if (last === undefined) throw new Error('there is no environment');

/** Words that providers and AWS have for other things, a beginning of another environment's name, and one that names are cut for. */
const added = ['test', 'main', 'stage', 'preproduction'].map((name, index) => ({
  name,
  // One of them where there is no zone b.
  region: index === 1 ? 'ap-northeast-1' : 'ap-southeast-2',
  replicaRegion: index === 1 ? 'ap-southeast-2' : 'ap-northeast-1',
  account: String(44 + index).repeat(6),
  upstream: environments.at(-2)?.name ?? null,
}));

/** A resource of which an attribute has a common environment's name. */
const distribution = `resource "aws_cloudfront_distribution" "planted" {
  enabled = true
  origin {
    domain_name = "x.example"
    origin_id   = "x"
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "x"
    viewer_protocol_policy = "https-only"
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    cloudfront_default_certificate = true
  }
}`;

/** Ways in which an environment's name may stand in a text without being seen there. */
const spellings = `resource "terraform_data" "planted" {
  triggers_replace = {
    redeployment = sha1(jsonencode({ name = "\${var.environment}-x", role = var.deployment_role_arn }))
    in_part      = "functions/\${sha256(var.environment)}.zip"
    of_a_file    = filemd5("\${path.module}/digested/\${var.environment}.txt")
    of_unknown   = sha1("\${module.network.vpc_id}-\${var.environment}")
    commands     = base64encode("export NAME=\${var.environment}\\nexec serve\\n")
    packed       = base64gzip("export NAME=\${var.environment}\\nexec serve\\n")
  }
}`;

/** What no shipped environment switches on, and what its documentation then has allowed. */
const remediationIn = (region: string): string => `remediation = {
  sources = { type = "CODECOMMIT", location = "https://git-codecommit.${region}.amazonaws.com/v1/repos/hoist", version = "refs/tags/v1" }
}`;
const withRemediation = (() => {
  const readme = readFileSync(join(stackDirectory, 'README.md'), 'utf8');
  const entries = /```yaml\n( {2}- path: module\.remediation[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  return parseAllowList(`${readFileSync(join(fleet, 'parity.yaml'), 'utf8')}${entries}`, 'parity.yaml');
})();

const tfvars = (name: string): string => `stacks/application/environments/${name}.tfvars`;

let copy: CopiedSources;
let sources: Sources;
let planned: readonly PlannedEnvironment[];

beforeAll(async () => {
  copy = copiedSources();
  copy.write('../../fleet/environments.json', JSON.stringify({ environments: [...environments, ...added] }));
  copy.append('stacks/application/main.tf', distribution);
  copy.append('stacks/application/main.tf', spellings);
  for (const { name } of [...environments, ...added])
    copy.write(`stacks/application/digested/${name}.txt`, `name: ${name}\n`);
  for (const { name, region } of environments) {
    copy.edit(tfvars(name), /nat_gateway_count( *)= \d/, 'nat_gateway_count$1= 1');
    copy.append(tfvars(name), remediationIn(region));
  }
  // More instances than there are zones, and their keys in windows and ports by chance.
  copy.edit(tfvars(last.name), /instance_count = \d/, 'instance_count = 9');
  for (const [index, { name, account, region }] of added.entries()) {
    const variables = copy
      .read(tfvars(last.name))
      .replace(new RegExp(`\\b${last.name}\\b`, 'g'), name)
      .replaceAll(last.account, account)
      .replaceAll(last.region, region)
      // However the line is written: all environments read it, and none of them may fail because of it.
      .replace(/vpc_cidr_block( *)= "[^"]+"/, `${' '.repeat(2 * index)}vpc_cidr_block$1= "10.${200 + index}.0.0/16"`);
    const letters = index === 1 ? 'availability_zone_letters = ["a", "c", "d"]\n' : '';
    copy.write(tfvars(name), `${variables}${letters}`);
  }
  sources = await readSources(copy.stackDirectory);
  planned = await copy.plan();
});

afterAll(() => copy?.remove());

const violations = (...names: readonly string[]): readonly string[] =>
  reportOn(
    planned.filter(
      ({ environment: { name } }) => environments.some((each) => each.name === name) || names.includes(name),
    ),
    sources,
    'application',
    withRemediation,
  ).differences.flatMap(({ status, path, note }) => (status === 'violation' ? [`${path} ${note ?? ''}`] : []));

it('finds no violation with nine database instances, a distribution, remediation, and names in digests and base64', () => {
  expect(violations()).toEqual([]);
});

it.each(added.map(({ name }) => name))(
  'takes one entry and one file to add an environment called %s that is like the others',
  (name) => {
    expect(violations(name)).toEqual([]);
  },
);
