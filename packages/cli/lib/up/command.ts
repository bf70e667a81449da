import { isDeepStrictEqual } from 'node:util';
import { CANARY_FLAG } from '@flaghoist/core/canary';
import { peopleKind, policyKind, topologyKind } from '@flaghoist/fleet/kinds';
import { bundledDirectory } from '@flaghoist/fleet/policies';
import { readChecked } from '@flaghoist/fleet/read-file';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { startCanary, withShadow } from '@flaghoist/simulator/canary';
import { startEmbeddedWorld } from '@flaghoist/simulator/embedded';
import type { World } from '@flaghoist/simulator/world';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { dataFolderOf } from '../data/data-folder.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { numberBetween } from '../option-values.ts';
import { readInput } from '../read-input.ts';
import { TYPED_AS } from '../typed-as.ts';
import { wrongOption } from '../wrong-use.ts';
import { demonstrate, endedAsExpected } from './demonstration.ts';
import { jsonLog } from './log.ts';
import type { Reader } from './reader.ts';
import { Screen } from './screen.ts';
import { directoryWith, serve } from './serve.ts';

interface UpOptions {
  once?: true;
  data?: string;
  ephemeral?: true;
  port?: number;
  latency: boolean;
  canary: boolean;
  topology?: string;
  policy?: string;
  people?: string;
}

/** `hoist up`: the whole loop on this machine. */
export const upCommand: CommandFactory = (run) =>
  new Command('up')
    .description('start the whole loop on this machine: all regions and services, no account, no Docker')
    .option('--data <folder>', "keep the data there (default: a folder in the user's state directory)")
    .option('--ephemeral', 'keep nothing, and show one verified and one taken-back change')
    .option('--once', 'as --ephemeral, then end')
    .option('--no-latency', 'switch the modelled AWS latencies off')
    .option('--no-canary', 'run no canary: no fault is planted to prove that faults are found')
    .option(
      '--port <port>',
      'where its API listens on this machine (default: 3524, or a free one; 0 takes any that is free)',
      numberBetween(0, 65_535),
    )
    .option('--topology <file>', 'regions, services and cells instead of the shipped ones')
    .option('--policy <file>', 'the parameters of the rules, one of fleet/policies (default: those that ask for least)')
    .option('--people <file>', 'who makes and approves changes (default: fleet/people.json of this release)')
    .addHelpText('after', examples)
    .action(async (options: UpOptions) => run((context) => up(options, context)));

const examples = `
Examples:
  $ hoist up                       start, and go on where the data stands; stay until Ctrl-C
  $ hoist up --data ./world        the same, with the data in a folder of its own
  $ hoist up --ephemeral           start empty, show the loop, stay until Ctrl-C, and forget everything
  $ hoist up --once --json         the same without staying; the last line of standard output is one JSON document
  $ hoist up --once --no-latency   as fast as this machine goes

${exitCodesHelp({ ok: 'both changes ended as expected; else Ctrl-C, once it stood', no: 'one did not, or the data folder is in use', unreadable: 'the data folder is damaged, or a newer release wrote it', unreachable: 'nothing can be written into the data folder, or into the state folder where the address of the server is left, or something else listens at the port', interrupted: 'Ctrl-C before that' })}`;

const up = async (
  { once, ephemeral, data: typed, latency, canary: withCanary, topology: file, port, policy: rules, people }: UpOptions,
  { output, signal, variables }: CommandContext,
): Promise<number> => {
  const keepsNothing = once === true || ephemeral === true;
  if (typed !== undefined && keepsNothing) {
    throw wrongOption('--data', '--once and --ephemeral keep nothing', 'Leave them out to keep data in a folder.');
  }
  const data = keepsNothing ? undefined : dataFolderOf(typed, variables);
  const topology = file === undefined ? shippedTopology() : readChecked(topologyKind, file, readInput(file)).value;
  const { regions, services } = topology;
  const cells = new Set(services.map(({ cell }) => cell)).size;
  const log = jsonLog(output);
  const policy = rules === undefined ? DEFAULT_POLICY : readChecked(policyKind, rules, readInput(rules)).value;
  const directory = directoryWith(
    people === undefined ? bundledDirectory() : readChecked(peopleKind, people, readInput(people)).value,
  );
  output.say(
    `Starting ${regions.length} regions × ${services.length} services in ${cells} cells, home ${topology.home} (embedded: ${data === undefined ? 'everything in memory' : `data in ${data}`})`,
  );
  const kept = data === undefined ? {} : { data, log };
  const runsCanary = withCanary && !keepsNothing;
  const first = runsCanary ? withShadow(topology) : topology;
  const world = await startEmbeddedWorld({ topology: first, modelled: latency, policy, directory, ...kept });
  const interrupted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    // Ctrl-C may have come while the world was starting.
    if (signal.aborted) resolve(undefined);
  });
  // The last that was started is the first to end; also where the next one cannot be started.
  const stops: (() => unknown)[] = [() => world.stop()];
  try {
    const canary = runsCanary ? await startCanary(world, log) : undefined;
    if (canary !== undefined) stops.unshift(() => canary.stop());
    const served =
      once && port === undefined
        ? undefined
        : await serve({
            world,
            environment: 'embedded',
            directory,
            policy,
            log,
            ...(canary === undefined ? {} : { canary: () => canary.status }),
            port,
            variables,
          });
    if (served !== undefined) stops.unshift(() => served.close());
    if (served?.isFirst) output.advise(`The API is at ${served.url}: try hoist status in another terminal`);
    else if (served !== undefined)
      output.advise(
        `The API is at ${served.url}. Another world runs here, and commands ask that one: try hoist status --server ${served.url} in another terminal`,
      );
    // Only here: whoever asks for the help of a command need not wait for an evaluator.
    const { startReader } = await import('./reader.ts');
    const reader = await startReader(world);
    stops.unshift(() => reader.stop());
    if (data !== undefined) {
      if (signal.aborted) return exitCodes.interrupted;
      if (file !== undefined && !isDeepStrictEqual(withShadow(await world.topology.latest()), withShadow(topology))) {
        output.say(`The topology in ${file} counts for a new folder: this one goes on with its own.`);
      }
      await sayStanding(output, { world, reader, data });
      await interrupted;
      return exitCodes.ok;
    }
    const shown = await Promise.race([demonstrate(world, new Screen(output, world, reader)), interrupted]);
    if (shown === undefined) return exitCodes.interrupted;
    output.document(shown);
    if (once) return endedAsExpected(shown) ? exitCodes.ok : exitCodes.no;
    sayNext(output, reader.line, variables);
    await interrupted;
    return exitCodes.ok;
  } finally {
    for (const stop of stops) await stop();
  }
};

/** With what a world in a data folder begins. */
const sayStanding = async (
  output: CommandContext['output'],
  { world, reader, data }: { readonly world: World; readonly reader: Reader; readonly data: string },
): Promise<void> => {
  let flags = 0;
  for await (const { flagKey } of world.region(world.home.region).store.currents())
    if (flagKey !== CANARY_FLAG) flags += 1;
  const { service, region, url } = reader;
  output.document({ world: 'embedded', home: world.home.region, data, flags, agent: { service, region, url } });
  output.say(`What ${service} in ${region} reads is answered at ${url}, as docs/services.md says.`);
  output.say(
    `It stands, with ${flags} ${flags === 1 ? 'flag' : 'flags'}; home is ${world.home.region}. Ctrl-C ends it, and it goes on here next time.`,
  );
};

type Next = readonly (readonly [command: string, text: string])[];

const onward: Next = [['hoist list', 'in another terminal: hoist set, get, kill, why, watch, status go on from here']];

const nextInClone: Next = [
  ...onward,
  ['npm start -- --once --json', 'the same as one JSON document, for scripts'],
  ['npx pnpm bench', 'how many changes a second this machine carries'],
  ['npm test', 'the faults the loop survives, and 100,000 random histories'],
  ['docs/how-it-works.md', 'what you have just seen, step by step'],
];

const nextWhereInstalled: Next = [
  ...onward,
  ['hoist up --once --json', 'the same as one JSON document, for scripts'],
  ['hoist help', 'all commands'],
];

const WIDTH = 28;

const sayNext = (
  output: CommandContext['output'],
  line: string,
  { [TYPED_AS]: typed }: CommandContext['variables'],
): void => {
  output.say();
  output.say(output.colours.bold('What next'));
  for (const [command, text] of typed === undefined ? nextWhereInstalled : nextInClone)
    output.advise(`  ${output.typed(command).padEnd(WIDTH)}  ${text}`);
  output.say();
  output.say('The world keeps running (reconciling every minute). Ctrl-C ends it. Read the flag as a service does:');
  output.say(`  ${line}`);
};
