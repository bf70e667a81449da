import { Command, Option } from 'commander';
import { ownerOf, type ServerOption, serverOption } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

interface BreakOptions extends ServerOption {
  readonly fault: string;
}

/** `hoist break`: a rehearsal. */
export const breakCommand: CommandFactory = (run) =>
  serverOption(
    new Command('break')
      .description("break one service's cache in one region of the world on this machine, to see what happens")
      .argument('<service>', 'whose cache')
      .argument('<region>', 'where')
      .addOption(
        new Option('--fault <fault>', 'how')
          .choices(['ignores-writes', 'read-only', 'loading', 'unreachable'])
          .default('ignores-writes'),
      ),
  )
    .addHelpText('after', examples)
    .action(async (service: string, region: string, options: BreakOptions) =>
      run((context) => breakCache({ service, region }, options, context)),
    );

const breakCache = async (
  place: { readonly service: string; readonly region: string },
  options: BreakOptions,
  context: CommandContext,
): Promise<number> => {
  const { fault } = options;
  await (await ownerOf(options, context)).post('/v1/rehearsals', { action: 'break', ...place, fault });
  const { output } = context;
  output.document({ ...place, fault });
  if (!output.json)
    output.advise(
      `${place.service} in ${place.region}: ${fault}. hoist heal ${place.service} ${place.region} mends it.`,
    );
  return exitCodes.ok;
};

const examples = `
A cache that ignores writes acknowledges them all the same: only a look into it finds that. The next change is taken back.

Examples:
  $ hoist break login eu-west-1
  $ hoist break login eu-west-1 --fault read-only

${exitCodesHelp({ no: 'there is no such cache, or you did not start the server' }, ['ok', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
