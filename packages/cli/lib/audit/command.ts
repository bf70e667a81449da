import { Command } from 'commander';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { searchCommand } from './search.ts';

interface BootstrapOptions {
  readonly deployment: string;
  readonly region: string;
  readonly dryRun?: boolean;
  readonly widen?: boolean;
}

/** `hoist audit`: the trail of a deployed world. */
export const auditCommand: CommandFactory = (run) =>
  new Command('audit')
    .description('search the audit trail of a server, or set up that of a deployed world')
    .addHelpText('after', examples)
    .addCommand(searchCommand(run))
    .addCommand(
      new Command('bootstrap')
        .description('set up the domain of the trail: its stream, and who may create or search in it')
        .requiredOption('--region <region>', 'where the domain stands: home, or its standby')
        .option('--dry-run', 'tell what differs, and change nothing')
        .option('--widen', 'also give somebody more than he has now, as when an auditor is added')
        .requiredOption('--deployment <file>', "how the world's parts are called: terraform output -json deployment")
        .addHelpText('after', bootstrapExamples)
        .action(async (options: BootstrapOptions) => run((context) => bootstrap(options, context))),
    );

const bootstrap = async (
  { deployment, region, dryRun = false, widen = false }: BootstrapOptions,
  { output }: CommandContext,
): Promise<number> => {
  const world = worldOf(deployment, output);
  // The clients of AWS are much code, and nobody else needs them.
  const { bootstrapAudit } = await import('../aws/bootstrap-audit.ts');
  const answer = await bootstrapAudit(world, region, { dryRun, widen });
  const { outcome, differences, strangers } = answer;
  output.document(answer);
  if (!output.json) {
    output.say(`The trail in ${region} ${said[outcome]}.`);
    for (const { setting, state, gives, takes } of differences) {
      output.say(`  ${setting}: ${state}`);
      for (const right of gives) output.say(`    + ${right}`);
      for (const right of takes) output.say(`    - ${right}`);
    }
    for (const who of strangers) output.say(`  reached by another role, and left so: ${who}`);
  }
  return ['as-wanted', 'applied'].includes(outcome) && strangers.length === 0 ? exitCodes.ok : exitCodes.no;
};

const said = {
  'as-wanted': 'is as it should be',
  applied: 'was set up; what differed',
  'dry-run': 'differs, and nothing was changed',
  refused: 'was left as it is: somebody would get more than he has (+). Ask for that with --widen',
} as const;

const examples = `
Examples:
  $ hoist audit search checkout.new-form                                      all that became of a flag
  $ hoist audit bootstrap --region us-east-1 --deployment deployment.json     once, after the stack of home

${exitCodesHelp({}, ['ok', 'usage', 'defect', 'interrupted'])}`;

const bootstrapExamples = `
Terraform makes the domain, and cannot reach into it. This calls the function audit-writer.bootstrap, which stands in its network
and has its master role, and makes the data stream, a role that can only create in it, one that can only search, and gives them
to the roles that the stack names. It may be repeated: it tells what differs, and sets it right. What nobody of ours has
given is named, and left.

Examples:
  $ terraform output -json deployment > deployment.json     in the stack of the flags
  $ hoist audit bootstrap --region us-east-1 --deployment deployment.json
  $ hoist audit bootstrap --region us-east-1 --deployment deployment.json --dry-run --json | jq .differences

${exitCodesHelp({
  ok: 'the trail is as it should be',
  no: 'with --dry-run, something differs; without, somebody would get more than he has; or others reach the trail',
  unreachable: 'out of reach, or the domain refuses: the log of the function says why',
})}`;
