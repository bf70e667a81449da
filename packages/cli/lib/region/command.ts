import { Command } from 'commander';
import { type ServerOption, serverOption } from '../client/command.ts';
import type { CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { askServer } from '../topology/ask-server.ts';
import { inAccount, type Membership } from '../topology/in-account.ts';

interface RegionOptions extends ServerOption {
  readonly deployment?: string;
}

const operated = (command: Command): Command =>
  serverOption(command)
    .argument('<region>', 'its name, such as eu-west-1')
    .option('--deployment <file>', 'in an account instead of a server: terraform output -json deployment');

/** `hoist region`: regions join, drain, and become home. */
export const regionCommand: CommandFactory = (run) => {
  const below = (name: string, description: string, help: string, member: (region: string) => Membership): Command =>
    operated(new Command(name).description(description))
      .addHelpText('after', help)
      .action(async (region: string, options: RegionOptions) =>
        run((context) =>
          options.deployment === undefined
            ? askServer({ action: `${name}-region`, region }, options, context)
            : inAccount(member(region), options.deployment, context),
        ),
      );
  return new Command('region')
    .description('let a region join or drain, or make it home')
    .addHelpText('after', examples)
    .addCommand(
      serverOption(
        new Command('promote').description('make the standby of a server home, or home what was home before'),
      )
        .argument('<region>', 'home or standby of the topology')
        .addHelpText('after', promoteExamples)
        .action(async (region: string, options: ServerOption) =>
          run((context) => askServer({ action: 'promote', region }, options, context)),
        ),
    )
    .addCommand(
      below('drain', 'expect nothing more of a region, at once', drainExamples, (name) => ({
        action: 'drain',
        what: 'region',
        name,
      })),
    )
    .addCommand(
      below('join', 'bring a region in, and wait until it serves', joinExamples, (region) => ({
        action: 'join-region',
        region,
      })),
    );
};

const endings = exitCodesHelp({ ok: 'it is so in every region', no: 'refused, or there is no such region' }, [
  'usage',
  'unreadable',
  'unreachable',
  'defect',
  'interrupted',
]);

const examples = `
On a server only who has started it may do this, or a token with the scope operate.

Examples:
  $ hoist region drain ap-south-1
  $ hoist region join ap-south-1
  $ hoist region promote us-west-2

${endings}`;

const promoteExamples = `
Home is the one region of a server's world that accepts changes. The region becomes home in the next epoch: what came of each change is
rebuilt there from its own copy of the flags, and what the former home had accepted and this one does not have yet is taken over as it
arrives. A region that is home already stays so, and the answer says how much is still to be taken over. A server's world begins with a
home, the one that its topology names, so no first one is to be made. The trail has the move as HomeMoved. In an account, where the first
home is made by a command too: hoist promote.

Examples:
  $ hoist region promote us-west-2              the standby
  $ hoist region promote us-east-1              what was home before
  $ hoist region promote us-west-2 --json | jq .pending

${endings}`;

const drainExamples = `
Home and standby cannot drain. Changes that are on their way no longer wait for the region; it may join again.

Examples:
  $ hoist region drain ap-south-1
  $ hoist region drain ap-south-1 --deployment deployment.json

${endings}`;

const joinExamples = `
It is joining until all its caches are loaded and a reconciler has found no difference; it is expected from the next accepted change on.
In an account its stacks must be there first: hoist waves makes them.

Examples:
  $ hoist region join ap-south-1
  $ hoist region join ap-south-1 --deployment deployment.json

${endings}`;
