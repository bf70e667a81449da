import { Readable } from 'node:stream';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { Command, CommanderError } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import type { CommandFactory } from './command.ts';
import { exitCodeOf, exitCodes, exitCodesTable } from './exit-codes.ts';
import { Output, type OutputOptions } from './output.ts';
import { INSTALLED, TYPED_AS, typedAs } from './typed-as.ts';
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

/**
 * By the word that one types. Only the command that is typed is read: the others, and what they stand on, would cost more than most
 * commands take. Exported for the test that holds each of them to one form.
 */
export const commands: Readonly<Record<string, () => Promise<CommandFactory>>> = {
  up: async () => (await import('./up/command.ts')).upCommand,
  data: async () => (await import('./data/command.ts')).dataCommand,
  set: async () => (await import('./set/command.ts')).setCommand,
  schedule: async () => (await import('./schedule/command.ts')).scheduleCommand,
  withdraw: async () => (await import('./withdraw/command.ts')).withdrawCommand,
  draft: async () => (await import('./draft/command.ts')).draftCommand,
  review: async () => (await import('./review/command.ts')).reviewCommand,
  approve: async () => (await import('./approve/command.ts')).approveCommand,
  token: async () => (await import('./token/command.ts')).tokenCommand,
  get: async () => (await import('./get/command.ts')).getCommand,
  list: async () => (await import('./list/command.ts')).listCommand,
  kill: async () => (await import('./kill/command.ts')).killCommand,
  archive: async () => (await import('./archive/command.ts')).archiveCommand,
  restore: async () => (await import('./restore/command.ts')).restoreCommand,
  import: async () => (await import('./import/command.ts')).importCommand,
  export: async () => (await import('./export/command.ts')).exportCommand,
  history: async () => (await import('./history/command.ts')).historyCommand,
  diff: async () => (await import('./diff/command.ts')).diffCommand,
  wait: async () => (await import('./wait/command.ts')).waitCommand,
  receipt: async () => (await import('./receipt/command.ts')).receiptCommand,
  status: async () => (await import('./status/command.ts')).statusCommand,
  why: async () => (await import('./why/command.ts')).whyCommand,
  watch: async () => (await import('./watch/command.ts')).watchCommand,
  break: async () => (await import('./break/command.ts')).breakCommand,
  heal: async () => (await import('./heal/command.ts')).healCommand,
  rules: async () => (await import('./rules/command.ts')).rulesCommand,
  validate: async () => (await import('./validate/command.ts')).validateCommand,
  parity: async () => (await import('./parity/command.ts')).parityCommand,
  drift: async () => (await import('./drift/command.ts')).driftCommand,
  remediate: async () => (await import('./remediate/command.ts')).remediateCommand,
  quota: async () => (await import('./quota/command.ts')).quotaCommand,
  cost: async () => (await import('./cost/command.ts')).costCommand,
  topology: async () => (await import('./topology/command.ts')).topologyCommand,
  region: async () => (await import('./region/command.ts')).regionCommand,
  service: async () => (await import('./service/command.ts')).serviceCommand,
  redrive: async () => (await import('./redrive/command.ts')).redriveCommand,
  waves: async () => (await import('./waves/command.ts')).wavesCommand,
  audit: async () => (await import('./audit/command.ts')).auditCommand,
  doctor: async () => (await import('./doctor/command.ts')).doctorCommand,
  promote: async () => (await import('./promote/command.ts')).promoteCommand,
  verify: async () => (await import('./verify/command.ts')).verifyCommand,
  completion: async () => (await import('./completion/command.ts')).completionCommand,
  outputs: async () => (await import('./outputs/command.ts')).outputsCommand,
};

const all = async (): Promise<readonly Command[]> =>
  (await Promise.all(Object.values(commands).map((load) => load()))).map((factory) => factory(async () => {}));

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
  refuseSwallowed(command);
  for (const below of command.commands) adopted(below, command, typed, lost);
  return command;
};

/** Commander takes whatever comes next for the value of an option, also another option of the command. */
const refuseSwallowed = (command: Command): void => {
  const isOption = (value: string): boolean =>
    value === '--help' ||
    command.options.some(({ long }) => long != null && (value === long || value.startsWith(`${long}=`)));
  for (const option of command.options.filter(({ required }) => required)) {
    command.on(`option:${option.name()}`, (value: unknown) => {
      if (typeof value !== 'string' || !isOption(value)) return;
      const message = `error: option '${option.flags}' argument missing: ${value}, which comes next, is an option itself`;
      command.error(message, { code: 'commander.optionMissingArgument' });
    });
  }
};

/** What has to be read: the command that is typed, or all of them for the help of hoist and for what it does not know. */
const named = (args: readonly string[]): readonly (() => Promise<CommandFactory>)[] => {
  const word = args.find((arg) => !arg.startsWith('-'));
  if (word === undefined && args.some((arg) => arg === '-V' || arg === '--version')) return [];
  const load = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  return load === undefined ? Object.values(commands) : [load];
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
  const { [TYPED_AS]: typedHere = INSTALLED } = streams.variables ?? {};
  const typed = typedAs(typedHere, [...Object.keys(commands), 'help']);
  const output = new Output({ ...streams, json, typed });
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
      writeOut: (text) => streams.stdout.write(typed(text)),
      writeErr: (text) => {
        if (!json) streams.stderr.write(typed(text));
      },
    });

  for (const load of named(args)) {
    const factory = await load();
    const command = factory(async (action) => {
      const { stdin = nothing, variables = {}, program: threads, insisted = never } = streams;
      exitCode = await action({ output, signal, insisted, stdin, variables, commands: all, program: threads });
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
    // What it was waiting for was broken off.
    if (signal.aborted && error === signal.reason) return exitCodes.interrupted;
    output.error(error);
    return exitCodeOf(error);
  }
};
