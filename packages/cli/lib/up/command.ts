import { topologyKind } from '@flaghoist/fleet/kinds';
import { readChecked } from '@flaghoist/fleet/read-file';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { startEmbeddedWorld } from '@flaghoist/simulator/embedded';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { wrongOption } from '../wrong-use.ts';
import { demonstrate, endedAsExpected } from './demonstration.ts';
import { jsonLog } from './log.ts';
import { Screen } from './screen.ts';
import { serve } from './serve.ts';

interface UpOptions {
  once?: true;
  port?: number;
  latency: boolean;
  topology?: string;
}

const portOption = (text: string): number => {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw wrongOption(
    '--port',
    `${JSON.stringify(text)} is no port`,
    'Write a number up to 65535; 0 takes any that is free.',
  );
};

/** `hoist up`: the whole loop on this machine. */
export const upCommand: CommandFactory = (run) =>
  new Command('up')
    .description('start the whole loop on this machine: all regions and services, no account, no Docker')
    .option('--once', 'show one verified and one taken-back change, then end')
    .option('--no-latency', 'switch the modelled AWS latencies off')
    .option('--port <port>', 'where its API listens on this machine (default: 3524, or a free one)', portOption)
    .option('--topology <file>', 'regions, services and cells instead of the shipped ones')
    .addHelpText('after', examples)
    .action(async (options: UpOptions) => run((context) => up(options, context)));

const examples = `
Examples:
  $ hoist up                       start, show the loop, stay until Ctrl-C
  $ hoist up --once --json         the same without staying; the last line of standard output is one JSON document
  $ hoist up --once --no-latency   as fast as this machine goes

${exitCodesHelp({ ok: 'both changes ended as expected, or Ctrl-C after they were shown', no: 'one did not', interrupted: 'Ctrl-C before that' })}`;

const up = async (
  { once, latency, topology: file, port }: UpOptions,
  { output, signal, variables }: CommandContext,
): Promise<number> => {
  const topology = file === undefined ? shippedTopology() : readChecked(topologyKind, file, readInput(file)).value;
  const { regions, services } = topology;
  const cells = new Set(services.map(({ cell }) => cell)).size;
  output.say(
    `Starting ${regions.length} regions × ${services.length} services in ${cells} cells, home ${topology.home} (embedded: everything in memory)`,
  );

  const world = await startEmbeddedWorld({ topology, modelled: latency });
  const interrupted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    // Ctrl-C may have come while the world was starting.
    if (signal.aborted) resolve(undefined);
  });
  const served =
    once && port === undefined
      ? undefined
      : await serve({
          world,
          environment: 'embedded',
          directory: EMPTY_DIRECTORY,
          policy: DEFAULT_POLICY,
          log: jsonLog(output),
          port,
          variables,
        });
  if (served !== undefined) output.say(`The API is at ${served.url}: try hoist status in another terminal`);
  // Only here: whoever asks for the help of a command need not wait for an evaluator.
  const { startReader } = await import('./reader.ts');
  const reader = await startReader(world);
  try {
    const shown = await Promise.race([demonstrate(world, new Screen(output, world, reader)), interrupted]);
    if (shown === undefined) return exitCodes.interrupted;
    output.document(shown);
    if (once) return endedAsExpected(shown) ? exitCodes.ok : exitCodes.no;
    sayNext(output, reader.line);
    await interrupted;
    return exitCodes.ok;
  } finally {
    await served?.close();
    await reader.stop();
    world.stop();
  }
};

const sayNext = (output: CommandContext['output'], line: string): void => {
  output.say();
  output.say(output.colours.bold('What next'));
  output.say(
    '  npx pnpm hoist list             in another terminal: hoist set, get, kill, why, watch, status go on from here',
  );
  output.say('  npm start -- --once --json    the same as one JSON document, for scripts');
  output.say('  npx pnpm bench                how many changes a second this machine carries');
  output.say('  npm test                      the faults the loop survives, and 100,000 random histories');
  output.say('  docs/how-it-works.md          what you have just seen, step by step');
  output.say();
  output.say('The world keeps running (reconciling every minute). Ctrl-C ends it. Read the flag as a service does:');
  output.say(`  ${line}`);
};
