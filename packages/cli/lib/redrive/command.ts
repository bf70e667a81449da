import { redrive, refuseUnknown } from '@flaghoist/operations/redrive';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { Command } from 'commander';
import { arnOf } from '../aws/arn-of.ts';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

interface RedriveOptions {
  readonly deployment: string;
  readonly region: string;
  readonly service?: string;
  readonly reason: string;
}

/** `hoist redrive`: what was given up, once its cause is mended. */
export const redriveCommand: CommandFactory = (run) =>
  new Command('redrive')
    .description('send dead letters back to where they came from, once their cause is mended')
    .argument('<dead-letters>', 'which, as the plan of the wiring calls them: service-flags-dead, tell-dropped, …')
    .requiredOption('--region <region>', 'where they lie')
    .option('--service <service>', 'whose they are, where each service has some')
    .requiredOption('--reason <text>', 'what was mended: it stands in the audit trail')
    .requiredOption('--deployment <file>', "how the world's parts are called: terraform output -json deployment")
    .addHelpText('after', examples)
    .action(async (deadLetters: string, options: RedriveOptions) =>
      run((context) => sendBack(deadLetters, options, context)),
    );

const sendBack = async (
  deadLetters: string,
  { deployment, region, service, reason }: RedriveOptions,
  { output }: CommandContext,
): Promise<number> => {
  const world = worldOf(deployment, output);
  const place = { deadLetters, region, ...(service === undefined ? {} : { service }) };
  // What the command line alone shows to be wrong is told before anybody is asked.
  refuseUnknown(place, shippedWiring());
  arnOf(world, 'queues', deadLetters, place);
  // The clients of AWS are much code, and nobody else needs them.
  const { callerIn, redrivePorts } = await import('../aws/ports.ts');
  const principal = await callerIn(region);
  const redriven = await redrive(place, { principal, reason }, await redrivePorts(world, region));
  output.document({ ...place, ...redriven });
  if (!output.json) output.say(`${deadLetters} in ${region}: ${redriven.sent} sent back, ${redriven.deleted} deleted.`);
  return exitCodes.ok;
};

const examples = `
Messages go back to their queue, stream records to their function. What only names a place in a stream is deleted, since a
sweep or the reconciler has made up for it. It ends at letters that came since it began: what is still not mended comes back.
The audit trail is told who did it, why, and how many there were.

Examples:
  $ hoist redrive service-flags-dead --region eu-west-1 --service payments --reason "Redis is back" --deployment deployment.json
  $ hoist redrive tell-dropped --region us-east-1 --reason "The bus takes events again" --deployment deployment.json

${exitCodesHelp({
  ok: 'no letter is left that was there when it began',
  no: 'refused, and nothing was sent',
  unreachable: 'out of reach: the letter at hand stays where it is, hidden for ten minutes',
})}`;
