import { Command } from 'commander';
import { type ServerOption, serverOption } from '../client/command.ts';
import type { CommandFactory } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { askServer } from '../topology/ask-server.ts';
import { inAccount } from '../topology/in-account.ts';

interface ServiceOptions extends ServerOption {
  readonly deployment?: string;
}

interface AddOptions extends ServiceOptions {
  readonly cell: string;
  readonly owner: string;
}

const operated = (command: Command): Command =>
  serverOption(command)
    .argument('<service>', 'its name, such as payments')
    .option('--deployment <file>', 'in an account instead of a server: terraform output -json deployment');

/** `hoist service`: services join and drain. */
export const serviceCommand: CommandFactory = (run) =>
  new Command('service')
    .description('bring a service in, or let it drain')
    .addHelpText('after', examples)
    .addCommand(
      operated(new Command('add').description('bring a service in, or back, and wait until it serves'))
        .requiredOption('--cell <cell>', 'the group that shares its updater, such as cell-2')
        .requiredOption('--owner <team>', 'who answers for it')
        .addHelpText('after', addExamples)
        .action(async (service: string, options: AddOptions) =>
          run((context) => {
            const { cell, owner, deployment } = options;
            return deployment === undefined
              ? askServer({ action: 'add-service', service, cell, owner }, options, context)
              : inAccount({ action: 'add-service', service: { name: service, cell, owner } }, deployment, context);
          }),
        ),
    )
    .addCommand(
      operated(new Command('drain').description('expect nothing more of a service, at once'))
        .addHelpText('after', drainExamples)
        .action(async (service: string, options: ServiceOptions) =>
          run((context) =>
            options.deployment === undefined
              ? askServer({ action: 'drain-service', service }, options, context)
              : inAccount({ action: 'drain', what: 'service', name: service }, options.deployment, context),
          ),
        ),
    );

const endings = exitCodesHelp({ ok: 'it is so in every region', no: 'refused, or there is no such service' }, [
  'usage',
  'unreadable',
  'unreachable',
  'defect',
  'interrupted',
]);

const examples = `
On a server only who has started it may do this, or a token with the scope operate.

Examples:
  $ hoist service add payments --cell cell-2 --owner team-payments
  $ hoist service drain payments

${endings}`;

const addExamples = `
It is joining until its cache is loaded in every region and a reconciler has found no difference; it is expected from the next
accepted change on. In an account its queues and its cache user must be there first: hoist waves makes them.

Examples:
  $ hoist service add payments --cell cell-2 --owner team-payments
  $ hoist service add payments --cell cell-2 --owner team-payments --deployment deployment.json

${endings}`;

const drainExamples = `
Changes that are on their way no longer wait for it. Its cache is served on until what it holds is destroyed.

Examples:
  $ hoist service drain payments
  $ hoist service drain payments --deployment deployment.json

${endings}`;
