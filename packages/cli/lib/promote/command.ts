import { visibleText } from '@flaghoist/core/visible-text';
import type { MoveReport } from '@flaghoist/operations/move-report';
import { promote } from '@flaghoist/operations/promote';
import { Command } from 'commander';
import { worldOf } from '../aws/world-of.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import type { Output } from '../output.ts';

interface PromoteOptions {
  readonly deployment: string;
}

/** `hoist promote`: home is lost, or is to be elsewhere. */
export const promoteCommand: CommandFactory = (run) =>
  new Command('promote')
    .description('make the standby home, home again what was home before, or a first region home')
    .argument('<region>', 'the region that is to accept changes')
    .requiredOption('--deployment <file>', "how the world's parts are called: terraform output -json deployment")
    .addHelpText('after', examples)
    .action(async (region: string, options: PromoteOptions) => run((context) => makeHome(region, options, context)));

const makeHome = async (
  region: string,
  { deployment }: PromoteOptions,
  { output }: CommandContext,
): Promise<number> => {
  const world = worldOf(deployment, output);
  // The clients of AWS are much code, and nobody else needs them.
  const [{ callerIn }, { promotePorts }] = await Promise.all([
    import('../aws/ports.ts'),
    import('../aws/promote-ports.ts'),
  ]);
  const principal = await callerIn(region);
  const ports = promotePorts(world, region, ({ phase, revisions }) =>
    output.progress(`${phase}: ${revisions} revisions`),
  );
  const report = await promote({ principal }, ports);
  output.document({ schema: 1, environment: world.deployment.environment, ...report });
  if (!output.json) say(output, report);
  return exitCodes.ok;
};

const say = (output: Output, { region, epoch, revisions, pending, unreadable, found }: MoveReport): void => {
  output.say(
    `${region} is home in epoch ${epoch}: ${revisions} revisions, ${pending} still to be taken over, ${unreadable} unreadable`,
  );
  for (const { flagKey, changeId, state, actor } of found) {
    output.say(
      visibleText(`found  ${flagKey}: ${changeId} of ${actor}, which only the former home had accepted: ${state}`),
    );
  }
};

const examples = `
Home is the one region that accepts changes: its functions judge proposals and write flags, and the other regions take over what it wrote.
Which region that is stands in the table of flags, in the item HOME, with the epoch: each move makes it one higher, and whatever was
accepted in a higher epoch counts as newer.

- The first home of a new environment: once the first topology is published, the home that it names becomes home in epoch 1. Until then
  nothing is accepted. It is refused where there are flags already.
- The standby, or what was home before: it rebuilds there what came of each change, makes the region home in the next epoch, and settles
  what arrived meanwhile. It calls the tables of that region alone, so the former home need not be reached. Meanwhile services go on with
  what their caches hold. What the former home accepted and nobody else saw turns up when it is back;
  call it again then to see it.

Only home and standby of the published topology can become home: what makes proposals into changes is only there. Every step may be repeated:
after a failure the same call goes on. It asks for the scope promote in fleet/people.json, and for a session of the promoter's role. The
trail has each move, the first one too, as HomeMoved. For the world of a server: hoist region promote.

Examples:
  $ hoist promote us-east-1 --deployment deployment.json     the first home, after the first hoist topology publish
  $ hoist promote us-west-2 --deployment deployment.json     home is lost: the standby takes its place
  $ hoist promote us-east-1 --deployment deployment.json     it is back: home again, in a third epoch
  $ hoist promote us-west-2 --deployment deployment.json --json | jq .pending     what is still to be taken over

${exitCodesHelp(
  { ok: 'it is home', no: 'refused, and home is where it was', unreachable: 'out of reach: call it again' },
  ['usage', 'unreadable', 'defect', 'interrupted'],
)}`;
