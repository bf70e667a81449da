import { Readable } from 'node:stream';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { Command, CommanderError } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { archiveCommand } from './archive/command.ts';
import { auditCommand } from './audit/command.ts';
import type { CommandFactory } from './command.ts';
import { costCommand } from './cost/command.ts';
import { diffCommand } from './diff/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { driftCommand } from './drift/command.ts';
import { exitCodeOf, exitCodes, exitCodesTable } from './exit-codes.ts';
import { getCommand } from './get/command.ts';
import { historyCommand } from './history/command.ts';
import { killCommand } from './kill/command.ts';
import { listCommand } from './list/command.ts';
import { Output, type OutputOptions } from './output.ts';
import { outputsCommand } from './outputs/command.ts';
import { parityCommand } from './parity/command.ts';
import { quotaCommand } from './quota/command.ts';
import { redriveCommand } from './redrive/command.ts';
import { restoreCommand } from './restore/command.ts';
import { rulesCommand } from './rules/command.ts';
import { setCommand } from './set/command.ts';
import { statusCommand } from './status/command.ts';
import { topologyCommand } from './topology/command.ts';
import { upCommand } from './up/command.ts';
import { validateCommand } from './validate/command.ts';
import { verifyCommand } from './verify/command.ts';
import { waitCommand } from './wait/command.ts';
import { watchCommand } from './watch/command.ts';
import { wavesCommand } from './waves/command.ts';
import { whyCommand } from './why/command.ts';
import { WrongUseError } from './wrong-use.ts';

export interface Streams extends Pick<OutputOptions, 'stdout' | 'stderr' | 'noColour'> {
  /** Standard input; empty unless given. */
  stdin?: () => Readable;
  /** The process's environment, for the programs that a command starts. */
  variables?: Readonly<Record<string, string | undefined>>;
  /** What a thread runs. */
  program?: URL;
  /** Aborted by a Ctrl-C after the first one. */
  insisted?: () => AbortSignal;
}

/** Exported for the test that holds each of them to one form. */
export const commands: readonly CommandFactory[] = [
  upCommand,
  setCommand,
  getCommand,
  listCommand,
  killCommand,
  archiveCommand,
  restoreCommand,
  historyCommand,
  diffCommand,
  waitCommand,
  statusCommand,
  whyCommand,
  watchCommand,
  rulesCommand,
  validateCommand,
  parityCommand,
  driftCommand,
  quotaCommand,
  costCommand,
  topologyCommand,
  redriveCommand,
  wavesCommand,
  auditCommand,
  verifyCommand,
  doctorCommand,
  outputsCommand,
];

const nothing = (): Readable => Readable.from([]);
const never = (): AbortSignal => new AbortController().signal;

/** Whether a document is asked for. Looked at before the arguments are read, because it says how their faults are told. */
const wantsJson = (args: readonly string[]): boolean =>
  args.some(
    (arg, index) => arg === '--json' || arg === '--format=json' || (arg === 'json' && args[index - 1] === '--format'),
  );

const usageError = ({ message }: CommanderError, way: string): WrongUseError =>
  new WrongUseError(message.replace(/^error: /, ''), `${way}.`);

/** A command, and those below it, that end and speak as the program does, and send who misuses one to its own help. */
const adopted = (command: Command, parent: Command, words: string, lost: (way: string) => void): Command => {
  const typed = `${words} ${command.name()}`;
  const way = `${typed} --help shows what there is`;
  command
    .copyInheritedSettings(parent)
    .showHelpAfterError(`(${way})`)
    .exitOverride((error) => {
      lost(way);
      throw error;
    });
  for (const below of command.commands) adopted(below, command, typed, lost);
  return command;
};

/** For help of what there is not, commander shows all of its help and no more; the command itself is told to be unknown. */
const asTyped = (args: readonly string[], { commands: known }: Command): readonly string[] => {
  const [help, about = ''] = args;
  const unknown = /^[^-]/.test(about) && !known.some((command) => command.name() === about);
  return help === 'help' && unknown ? args.slice(1) : args;
};

/**
 * Runs `hoist` with the given arguments.
 *
 * @returns the exit code (`exitCodes`)
 */
export const runProgram = async (args: readonly string[], streams: Streams, signal: AbortSignal): Promise<number> => {
  let exitCode: number = exitCodes.ok;
  const json = wantsJson(args);
  const output = new Output({ ...streams, json });
  let way = 'hoist help shows what there is';
  const program = new Command('hoist')
    .description('Feature flags that every service in every region is seen to hold, or that are taken back.')
    .option('--json', 'print one JSON document on standard output, also of what fails')
    .version(
      `hoist ${packageFile.version}, rules ${RULES_VERSION}`,
      '-V, --version',
      'print the version, and that of the rules',
    )
    .addHelpText('after', `\n${exitCodesTable()}`)
    .showHelpAfterError(`(${way})`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => {
        if (!json) streams.stderr.write(text);
      },
    });

  for (const factory of commands) {
    const command = factory(async (action) => {
      const { stdin = nothing, variables = {}, program: threads, insisted = never } = streams;
      exitCode = await action({ output, signal, insisted, stdin, variables, program: threads });
    });
    // --json stands where people type it: before or after the command.
    const known = adopted(command, program, program.name(), (own) => {
      way = own;
    });
    program.addCommand(known.option('--json', 'print one JSON document'));
  }

  try {
    await program.parseAsync([...asTyped(args, program)], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.ok;
      // Without --json commander has told it.
      if (json) output.error(usageError(error, way));
      return exitCodes.usage;
    }
    output.error(error);
    return exitCodeOf(error);
  }
};
