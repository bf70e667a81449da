import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';

const lib = join(__dirname, '..', 'lib');

const filesBelow = (directory: string, extension: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : filesBelow(path, extension);
    }
    return entry.name.endsWith(extension) ? [path] : [];
  });

/** Code without comments: a reason may name what the code must not. */
const codeOf = (path: string): string => readFileSync(path, 'utf8').replace(/(^|\s)(#|\/\/|\/?\*).*$/gm, '$1');

const terraform = filesBelow(lib, '.tf').map((path) => ({ name: relative(lib, path), code: codeOf(path) }));
const packages = join(__dirname, '..', '..', 'packages');

/** `file:line text` of each line that matches. */
const places = (sources: readonly { name: string; code: string }[], pattern: RegExp): string[] =>
  sources.flatMap(({ name, code }) =>
    code.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${name}:${index + 1} ${line.trim()}`] : [])),
  );

it('finds the sources', () => {
  expect(terraform.map(({ name }) => name)).toEqual(expect.arrayContaining(['modules/naming/main.tf']));
});

it('has no literal IP address in a source but that of the machine itself', () => {
  expect(places(terraform, /(?<![\d.])(?!127\.0\.0\.1(?![\d.]))\d{1,3}(\.\d{1,3}){3}(?![\d.])|"::\/0"/)).toEqual([]);
});

it('names an environment only in fleet/ and tfvars', () => {
  const names = readEnvironments(fleetBeside(lib)).map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(3);
  // AWS has a bucket of image layers in each region, whose name only looks like one of ours.
  const word = `(?<!\\w)(?:${names.join('|')})(?!\\w|-\\$\\{var\\.context\\.region\\}-starport-)`;
  // The examples of the rules are flags, which name environments of their own.
  const typescript = readdirSync(packages)
    .filter((member) => member !== 'rules')
    .map((member) => join(packages, member, 'lib'))
    .filter((directory) => existsSync(directory))
    .flatMap((directory) => filesBelow(directory, '.ts'))
    .map((path) => ({ name: relative(packages, path), code: codeOf(path) }));
  expect(places(terraform, new RegExp(word))).toEqual([]);
  // In a text, also as a part of it; the examples of a command's help run over lines of their own.
  expect(places(typescript, new RegExp(`["'\`][^"'\`]*${word}`))).toEqual([]);
});

it('takes what the company decided from governance', () => {
  const constant =
    /^\s*(deletion_protection|enable_deletion_protection|deletion_protection_enabled|force_destroy|force_delete|skip_final_snapshot|recovery_window_in_days|deletion_window_in_days)\s*=\s*(?!.*(module\.governance\.|var\.))/;
  expect(places(terraform, constant)).toEqual([]);
});

it('creates before it destroys only what has a new name then, and refers to nothing that keeps its name', () => {
  // Terraform does the same with all that such a resource refers to: half-created, it could not be replaced.
  const block = /^resource "(\w+)" "(\w+)" \{\n(?:(?!^\}).*\n)*?.*create_before_destroy/gm;
  const found = terraform.flatMap(({ code }) => [...code.matchAll(block)].map(([, type, name]) => `${type}.${name}`));
  expect(found.sort()).toEqual([
    'aws_acm_certificate.this',
    'aws_db_parameter_group.this',
    'aws_lb_target_group.this',
    'aws_rds_cluster_parameter_group.this',
    'aws_s3_object.this',
  ]);
});

it('bounds each role by what the organisation demands, which all modules hand on', () => {
  const others = terraform.filter(({ name }) => !name.startsWith('modules/deployment-role/'));
  const blocks = (pattern: RegExp) =>
    others.flatMap(({ name, code }) => [...code.matchAll(pattern)].map(([text]) => ({ name, text })));
  const roles = blocks(/^resource "aws_iam_role" "\w+" \{\n[\s\S]*?^\}/gm);
  expect(roles.length).toBeGreaterThan(15);
  const unbound = roles.filter(
    ({ text }) => !/ permissions_boundary += var\.context\.permissions_boundary_arn\n/.test(text),
  );
  expect(unbound.map(({ name }) => name)).toEqual([]);
  const contexts = blocks(/^variable "context" \{\n[\s\S]*?^\}/gm);
  expect(contexts.length).toBeGreaterThan(20);
  const forgetful = contexts.filter(({ text }) => !/ permissions_boundary_arn += optional\(string\)\n/.test(text));
  expect(forgetful.map(({ name }) => name)).toEqual([]);
});

it('has no GuardDuty detector, no retention lock and no object lock', () => {
  expect(places(terraform, /aws_guardduty|aws_backup_vault_lock|object_lock/)).toEqual([]);
});

it('reads only outputs that exist, in the commands of the READMEs', () => {
  const stacks = join(lib, 'stacks');
  const outputsOf = (stack: string): string[] =>
    [...readFileSync(join(stacks, stack, 'outputs.tf'), 'utf8').matchAll(/^output "(\w+)"/gm)].map(
      ([, name]) => `${name}`,
    );
  const read = readdirSync(stacks).flatMap((stack) =>
    [
      ...readFileSync(join(stacks, stack, 'README.md'), 'utf8').matchAll(
        /terraform (?:-chdir=\.\.\/(\S+) )?output -(?:raw|json) (\w+)/g,
      ),
    ].map(([command, other, output]) => ({ command, exists: outputsOf(other ?? stack).includes(`${output}`) })),
  );
  expect(read.length).toBeGreaterThan(5);
  expect(read.filter(({ exists }) => !exists)).toEqual([]);
});
