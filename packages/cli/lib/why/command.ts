import type { Why } from '@flaghoist/control-plane/views/why-schema';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { instancesText } from '../client/instances-text.ts';
import { orderText } from '../client/order-text.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';

/** `hoist why`: one cache, and what keeps a change from it. */
export const whyCommand: CommandFactory = (run) =>
  serverOption(
    new Command('why')
      .description(
        "show the way of a flag's newest change to one service's cache in one region, and the hop that is missing",
      )
      .argument('<service>', 'whose cache')
      .argument('<region>', 'where')
      .argument('<flag>', 'which flag'),
  )
    .addHelpText('after', examples)
    .action(async (service: string, region: string, flag: string, options: ServerOption) =>
      run((context) => why({ service, region, flagKey: flag }, options, context)),
    );

const marks = { done: '✓', waiting: '…', failed: '✗', unknown: '?', none: '·' } as const;

const why = async (
  asked: { readonly service: string; readonly region: string; readonly flagKey: string },
  options: ServerOption,
  context: CommandContext,
): Promise<number> => {
  const { output } = context;
  const found = await (await clientOf(options, context)).get<Why>('/v1/why', asked);
  output.document(found);
  if (!output.json) {
    const { colours } = output;
    output.say(colours.bold(`${found.flagKey} ${orderText(found.order)} → ${found.service} in ${found.region}`));
    for (const { hop, state, at, message } of found.hops) {
      const time = at === null ? '' : new Date(at).toISOString().slice(11, 23);
      const mark =
        state === 'failed' ? colours.red(marks[state]) : state === 'done' ? colours.green(marks[state]) : marks[state];
      output.advise(`  ${mark} ${hop.padEnd(10)} ${time.padEnd(12)}  ${message}`);
    }
    if (found.instances !== null) output.say(`  beside it: ${instancesText(found.instances)} (a claim, no proof)`);
    output.say(found.answer);
  }
  return found.hops.some(({ hop, state }) => hop === 'applied' && state !== 'done' && state !== 'none')
    ? exitCodes.no
    : exitCodes.ok;
};

const examples = `
Examples:
  $ hoist why login eu-west-1 checkout.new-form
  $ hoist why login eu-west-1 checkout.new-form --json | jq -r .missing

${exitCodesHelp({ ok: 'the cache holds it, or need not', no: 'it does not, or there is no such flag, region or service' }, ['usage', 'unreachable', 'defect', 'interrupted'])}`;
