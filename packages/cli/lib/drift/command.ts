import { levels } from '@flaghoist/drift/severity';
import { Command, Option } from 'commander';
import type { CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { type DriftOptions, detect } from './detect.ts';

const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `hoist drift`: what of an environment is no longer as it was applied, or not yet as it is configured. */
export const driftCommand: CommandFactory = (run) =>
  new Command('drift')
    .description('tell what was changed outside of Terraform in an environment, and what no state has')
    .argument('<environment>', 'its name, as in fleet/environments.json')
    .option('--stack <name>', 'the stack below stacks/', 'application')
    .option('--sources <folder>', 'the folder infra-tf/lib (default: that of this checkout)')
    .option('--root <folder>', 'any other root module instead of a stack')
    .option(
      '--workspace <name>',
      'its workspace (default: the name of the environment; <environment>-<region> where each region has a state)',
    )
    .option('--var-file <file>', 'values (default: environments/<environment>.tfvars of the root)', each, [])
    .option('--var <name=value>', 'one value more, or another than the stack was applied with', each, [])
    .option(
      '--backend-config <setting>',
      'a file or key=value (default: environments/<environment>.drift.tfbackend of the root, else its .s3.tfbackend)',
      each,
      [],
    )
    .option('--noise <file>', 'what is known not to matter (default: fleet/drift-noise.yaml)')
    .addOption(new Option('--fail-on <severity>', 'the least that ends with 1').choices(levels).default('low'))
    .option('--tag <key=value>', 'tags of what a state must have (default: environment=<environment>)', each, [])
    .option(
      '--region <region>',
      'where to look for it (default: those of the stack, else of fleet/environments.json, and us-east-1)',
      each,
      [],
    )
    .option('--other-state <file>', 'what other stacks have: their terraform show -json or state pull', each, [])
    .option('--no-unmanaged', 'do not look for resources that no state has')
    .option('--at <time>', 'judge expiry dates as at this time, such as 2026-12-24T06:00Z, instead of now')
    .addHelpText('after', help)
    .action(async (environment: string, options: DriftOptions) =>
      run((context) => detect(environment, options, context)),
    );

const help = `
Two plans are taken, neither with a lock: a refresh-only one tells what is not as it was applied, a normal one what is not as
it is configured. Together they give each attribute a class:
  clean          as applied and as configured
  pending        not changed, but configured otherwise: merged, not applied. No drift
  state-only     changed outside, and the configuration does not mind
  configuration  changed outside, against the configuration
What could not be read is unread, never clean. What the stack was applied with, and the role that reads it, come from its own
output "drift"; credentials that may assume this role suffice. Of what is tagged managed-by = pulumi only that is reported which
the record of hoist outputs does not name. See packages/drift/README.md.

Examples:
  $ hoist drift dev                                        what is there, the worst first
  $ hoist drift dev --fail-on high                         tags alone are no alarm
  $ hoist drift dev --json | jq '.findings[] | select(.class == "configuration")'
  $ hoist drift dev --stack flags-global                   the tables of the flags, of which an environment has one state
  $ hoist drift prod --stack flags-region --workspace prod-eu-west-1 --other-state states/*.json    one region of the flags
  $ hoist drift dev --root FOLDER --region eu-west-1       any other root module, such as one of your own

What is known not to matter stands in fleet/drift-noise.yaml. It quiets this command, never an apply:
  - type: aws_rds_cluster
    attribute: latest_restorable_time
    reason: Time passes.
    owner: team-platform
    expires: 2027-06-30

${exitCodesHelp({
  ok: 'no drift of that severity',
  no: 'drift',
  incomplete: 'not all could be read, and what could be has not drifted',
  unreadable: 'input cannot be read, or nothing was applied there',
  unreachable: 'nothing could be read: Terraform failed, or is not on the machine',
})}`;
