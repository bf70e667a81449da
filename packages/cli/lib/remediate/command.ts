import { Command } from 'commander';
import type { CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import type { RemediateOptions } from './options.ts';
import { withOutcome } from './outcome.ts';
import { remediate } from './remediate.ts';

const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `hoist remediate`: puts back what was changed outside of Terraform, as far as a machine may. */
export const remediateCommand: CommandFactory = (run) =>
  new Command('remediate')
    .description('put back what was changed outside of Terraform, by exactly the plan that was shown')
    .argument('<environment>', 'its name, as in fleet/environments.json')
    .option('--plan', 'look, decide what may be mended, and save a plan of it', false)
    .option('--apply', 'apply the saved plan, then look again', false)
    .option('--approve <digest>', 'with --apply: that you have read the plan of this digest, where the policy asks')
    .option('--approvals <file>', 'with --apply: keys approvals/<who>/<digest> of those who have approved it, in JSON')
    .option(
      '--keep <digest>',
      'with --plan: leave the plan of this digest alone, which people were told of, while it waits for its approval, for a day',
    )
    .option('--outcome <file>', 'write one word of what came of it, for a workflow to branch on')
    .option(
      '--plans <folder>',
      'where the plan is kept (default: .hoist/remediation/<environment>/<stack> of the checkout)',
    )
    .option(
      '--store <command>',
      'a shell command that stores that folder elsewhere: run before anything is applied, and before anything is told',
    )
    .option(
      '--deployment <file>',
      'tell the audit trail of the world that is called so: terraform output -json deployment',
    )
    .option('--stack <name>', 'the stack below stacks/', 'application')
    .option('--sources <folder>', 'the folder infra-tf/lib (default: that of this checkout)')
    .option('--root <folder>', 'any other root module instead of a stack')
    .option('--workspace <name>', 'its workspace (default: the name of the environment)')
    .option('--var-file <file>', 'values (default: environments/<environment>.tfvars of the root)', each, [])
    .option('--var <name=value>', 'one value more, or another than the stack was applied with', each, [])
    .option(
      '--backend-config <setting>',
      'a file or key=value (default: environments/<environment>.s3.tfbackend of the root)',
      each,
      [],
    )
    .option('--noise <file>', 'what is known not to matter (default: fleet/drift-noise.yaml)')
    .option(
      '--at <time>',
      'judge the ends of entries of the noise list, and nothing else, as at this time, such as 2026-12-24T06:00Z',
    )
    .addHelpText('after', help)
    .action(async (environment: string, options: RemediateOptions) =>
      run((context) => withOutcome(options.outcome, (came) => remediate(environment, options, context, came))),
    );

const help = `
What hoist drift calls configuration drift is put back, one of three ways:
  closing   somebody opened a rule, a policy or a resource, and the apply closes it; it opens nothing
  sending   what sends data somewhere (a subscription, a target of a rule) is gone, and made anew: it always asks
  mending   anything else that may be applied
fleet/remediation.json says which of the others is applied without asking. Never applied is what would be deleted, replaced or created
empty, what would change who may do or reach what other than by closing, a database's engine, and what is merged and not applied.
The plan names each of these with its reason; a person applies them by review.

The plan is bound to its bytes and to the serial of the state. One that the policy asks about is approved by another person than
who made it, with the scope remediate in fleet/people.json: AWS says who calls. Who made it must be in that file too, or be a build
under a role of workloads in fleet/remediation.json. After two attempts a resource is left to people.

A workflow looks and applies on its own (infra-tf/lib/modules/remediation). It branches on the word of --outcome: nothing, auto, ask,
waiting or refused after a plan, mended, not-mended or escalated after an apply, and locked, outdated, gone or refused where nothing was
begun. It takes approvals from the keys of a storage that lets everybody write below their own name only.

Examples:
  $ hoist remediate dev --plan                              what would be done, and its digest
  $ hoist remediate dev --apply                             that, where nobody has to be asked
  $ hoist remediate prod --apply --approve 4f1c0a9b2d3e     as the second person

${exitCodesHelp({
  ok: 'nothing to mend, a plan was saved, or all of it is mended',
  no: 'refused, or it drifts still',
  approval: 'a plan was saved that somebody has to approve',
  unreadable: 'input cannot be read, or nothing was applied there',
  unreachable: 'Terraform failed, or somebody else holds the state',
})}`;
