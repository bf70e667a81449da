import { Command } from 'commander';
import { ownerOf, type ServerOption, serverOption } from '../client/command.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

/** `hoist heal`: the end of a rehearsal. */
export const healCommand: CommandFactory = (run) =>
  serverOption(
    new Command('heal')
      .description('mend a cache that hoist break has broken; the reconciler brings it what it lacks within a minute')
      .argument('<service>', 'whose cache')
      .argument('<region>', 'where'),
  )
    .addHelpText('after', examples)
    .action(async (service: string, region: string, options: ServerOption) =>
      run((context) => heal({ service, region }, options, context)),
    );

const heal = async (
  place: { readonly service: string; readonly region: string },
  options: ServerOption,
  context: CommandContext,
): Promise<number> => {
  await (await ownerOf(options, context)).post('/v1/rehearsals', { action: 'heal', ...place });
  const { output } = context;
  output.document(place);
  if (!output.json) output.say(`${place.service} in ${place.region}: healed`);
  return exitCodes.ok;
};

const examples = `
Examples:
  $ hoist heal login eu-west-1

${exitCodesHelp({ no: 'there is no such cache, or you did not start the server' }, ['ok', 'usage', 'unreachable', 'defect', 'interrupted'])}`;
