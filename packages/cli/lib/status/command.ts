import type { Status } from '@flaghoist/control-plane/routes/status';
import { Command } from 'commander';
import { clientOf, type ServerOption, serverOption } from '../client/command.ts';
import { instancesText } from '../client/instances-text.ts';
import { orderText } from '../client/order-text.ts';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { counted } from '../terminal.ts';

interface StatusOptions extends ServerOption {
  readonly services?: true;
}

/** `hoist status`: the world at a glance. */
export const statusCommand: CommandFactory = (run) =>
  serverOption(
    new Command('status')
      .description('show the world at a glance: home, regions, what is on its way, what is degraded, what was given up')
      .option('--services', 'list the services and their cells as well'),
  )
    .addHelpText('after', examples)
    .action(async (options: StatusOptions) => run((context) => status(options, context)));

interface Services {
  readonly services: readonly {
    readonly name: string;
    readonly cell: string;
    readonly owner: string;
    readonly state: string;
  }[];
}

const status = async (options: StatusOptions, context: CommandContext): Promise<number> => {
  const client = await clientOf(options, context);
  const { output } = context;
  const now = await client.get<Status>('/v1/status');
  const services = options.services === true ? (await client.get<Services>('/v1/topology')).services : undefined;
  const unproven = now.canary?.undetected ?? [];
  const isWell = now.degraded.length === 0 && now.deadLetters.length === 0 && unproven.length === 0;
  output.document({ ...now, ...(services === undefined ? {} : { members: services }) });
  if (!output.json) {
    for (const line of linesOf(now, client.url)) output.say(line);
    for (const { name, cell, owner, state } of services ?? [])
      output.say(`  ${name.padEnd(40)} ${cell.padEnd(8)} ${state.padEnd(8)} ${owner}`);
  }
  return isWell ? exitCodes.ok : exitCodes.no;
};

const linesOf = (now: Status, url: string): readonly string[] => {
  const { home, regions, degraded, deadLetters, undecided } = now;
  const row = (name: string, text: string): string => `  ${name.padEnd(14)}${text}`;
  const states = [...Map.groupBy(regions, ({ state }) => state)].map(
    ([state, members]) =>
      `${members.length} ${state}${state === 'serving' ? '' : ` (${members.map(({ name }) => name).join(', ')})`}`,
  );
  return [
    `${now.environment} at ${url}${now.modelled ? ', AWS legs modelled' : ''}`,
    row('home', `${home.region}, epoch ${home.epoch}`),
    row('regions', states.join(', ')),
    row('caches', `${now.caches} of ${counted(now.services, 'service')}, topology ${now.topologyVersion}`),
    row('instances', now.instances === null ? 'none says anything here' : `${instancesText(now.instances)} (a claim)`),
    row(
      'on their way',
      undecided.length === 0
        ? 'no change'
        : undecided.map(({ flagKey, order }) => `${flagKey} ${orderText(order)}`).join(', '),
    ),
    row('waiting', counted(now.waiting, 'proposal')),
    row('degraded', degraded.length === 0 ? 'no cache' : ''),
    ...degraded.map(
      ({ region, redis, since, services }) =>
        `    ${redis} in ${region}, since ${new Date(since).toISOString()}: ${services.join(', ')}`,
    ),
    row('given up', deadLetters.length === 0 ? 'no message' : ''),
    ...deadLetters.map(({ region, service, count }) => `    ${counted(count, 'message')} of ${service} in ${region}`),
    ...canaryLines(now).map((line) => row('detection', line)),
  ];
};

/** When it was last proven that a wrong cache is found, and how fast. */
const canaryLines = ({ canary }: Status): readonly string[] => {
  if (canary === null) return ['not proven here: no canary runs'];
  const { detections, undetected } = canary;
  const [last] = detections;
  const proven =
    last === undefined
      ? 'not proven yet: every tenth minute the canary plants a fault'
      : `last proven ${new Date(last.at).toISOString()} in ${last.region}, found and taken back in ${seconds(last.tookMs)}; ${counted(detections.length, 'region')} proven so far`;
  const missed = undetected.map(
    ({ region, at, why }) =>
      `NOT PROVEN ${region === '*' ? 'ANYWHERE' : `in ${region}`} since ${new Date(at).toISOString()}: ${why}`,
  );
  return [proven, ...missed];
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const examples = `
Examples:
  $ hoist status
  $ hoist status --json | jq .degraded

${exitCodesHelp({ ok: 'nothing is degraded, nothing was given up, every planted fault was found', no: 'something is not well' }, ['usage', 'unreachable', 'defect', 'interrupted'])}`;
