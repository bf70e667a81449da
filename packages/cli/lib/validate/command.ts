import { policyKind, topologyKind, waiversKind } from '@flaghoist/fleet/kinds';
import { bundledEnvironments, bundledWaivers } from '@flaghoist/fleet/policies';
import { readChecked } from '@flaghoist/fleet/read-file';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readInput } from '../read-input.ts';
import { giveWay, timeOf } from '../time-of.ts';
import { wrongOption } from '../wrong-use.ts';
import type { ReadOptions } from './contents.ts';
import { judgeInputs, type Report, subjectsOf } from './judge-inputs.ts';
import { knownGoodOf, servedSince } from './known-good.ts';
import { readInputs } from './read-inputs.ts';
import { githubReport } from './report/github.ts';
import { jsonReport } from './report/json.ts';
import { junitReport } from './report/junit.ts';
import { sarifReport } from './report/sarif.ts';
import { sayReport } from './report/text.ts';

interface ValidateOptions {
  policy?: string;
  topology?: string;
  waivers?: string;
  against?: string;
  key?: string;
  at?: string;
  environment?: string;
  offVariant?: string;
  format: Format;
  maxWarnings?: number;
  strict?: true;
  evaluate: boolean;
}

const formats = ['text', 'json', 'sarif', 'github', 'junit'] as const;
type Format = (typeof formats)[number];

/** `hoist validate`: what the rules would say of files. */
export const validateCommand: CommandFactory = (run) =>
  new Command('validate')
    .description('judge flags in files by all rules that need nothing but the files, with line numbers')
    .argument('<files...>', 'JSON or YAML, or folders of them; - is standard input')
    .option(
      '--policy <file>',
      'parameters of the rules, as in fleet/policies, instead of the default ones, which ask for less',
    )
    .option('--waivers <file>', 'reviewed exceptions instead of the shipped fleet/waivers.json')
    .option('--against <file>', 'the flags as they are known good: what is shown to more callers is judged from there')
    .option('--topology <file>', 'regions and services instead of the shipped ones')
    .option('--key <key>', 'the key of a flag definition, which does not have it itself')
    .option('--off-variant <name>', 'what a kill serves, for flags that do not say it in metadata.offVariant')
    .option('--environment <name>', 'where a flag would be accepted: what approvals must name depends on that')
    .option('--at <time>', 'judge as at this time, such as 2026-12-24T06:00Z, instead of now')
    .addOption(new Option('--format <format>', 'how findings are written').choices(formats).default('text'))
    .option('--no-evaluate', 'do not ask flagd what it answers to derived callers: faster')
    .option('--max-warnings <count>', 'more warnings than this are a no', warnings)
    .option('--strict', 'warnings are a no too')
    .addHelpText('after', help)
    .action(async (paths: string[], options: ValidateOptions) => run((context) => validate(paths, options, context)));

const warnings = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number of zero or more.');
  return Number(text);
};

const help = `
What is in a document is told by its shape:
  envelopeDigest       a sealed envelope: judged by the evidence that is sealed into it; --policy tells what another policy would say
  change               a proposal: judged as if it were accepted now
  flags                a flagd file, its flags by key or in a list: each flag is judged as a new one
  kind: FeatureFlag    a resource of Kubernetes, alone, in a List, or among others behind ---: likewise
  variants or state    the definition of one flag: judged as a new one
Shared evaluators ($ref) may stand in another of the given files.

Examples:
  $ hoist validate flags.json
  $ hoist validate flags/ more.yaml --format sarif > hoist.sarif
  $ hoist validate proposal.json --policy fleet/policies/prod.v3.json --strict
  $ hoist validate flags.json --against main/flags.json --policy fleet/policies/prod.v3.json
  $ kubectl get featureflags -o yaml | hoist validate - --json

Rules that need facts which no file has (the revision before, unless --against has it; approvers, other environments) are not asked; --json lists them.
${exitCodesHelp({ ok: 'no error (warnings may be)', no: 'errors, too many warnings, or no flag at all' })}`;

const validate = async (
  paths: readonly string[],
  options: ValidateOptions,
  { output, signal, stdin, program }: CommandContext,
): Promise<number> => {
  if (output.json && options.format !== 'text' && options.format !== 'json') {
    throw wrongOption('--format', `${options.format} and --json are two formats`, 'Leave one of the two out.');
  }
  const reading = await readingFor(options, stdin);
  const inputs = await readInputs(paths, stdin, reading);
  for (const file of inputs.passedOver) output.progress(`${file}: no flags in it, passed over`);
  if (options.key !== undefined && !inputs.inputs.some(({ contents }) => contents.kind === 'flag definition')) {
    const remedy = 'Leave --key out: flags of a file have their keys.';
    throw wrongOption('--key', 'there is no definition without a key in these files', remedy);
  }
  const report = await judgeInputs(inputs, reading, { program, flagDone: progressTo(output, signal) });
  if (signal.aborted) return exitCodes.interrupted;
  const most = options.strict === true ? 0 : (options.maxWarnings ?? Number.POSITIVE_INFINITY);
  const valid = report.errors === 0 && report.warnings <= most && report.judged.length > 0;
  write(output, options.format, report, valid);
  return valid ? exitCodes.ok : exitCodes.no;
};

const readOptionsFrom = (options: ValidateOptions): ReadOptions => {
  const { policy, topology, waivers, key, at, environment, offVariant, evaluate } = options;
  const otherPolicy = policy === undefined ? undefined : readChecked(policyKind, policy, readInput(policy)).value;
  if (environment !== undefined) refuseUnknown(environment, otherPolicy);
  return {
    key,
    environment,
    evaluate,
    offVariant,
    otherPolicy,
    now: timeOf(at),
    policy: otherPolicy ?? DEFAULT_POLICY,
    waivers:
      waivers === undefined ? bundledWaivers() : readChecked(waiversKind, waivers, readInput(waivers)).value.waivers,
    topology:
      topology === undefined ? shippedTopology() : readChecked(topologyKind, topology, readInput(topology)).value,
  };
};

/** With what is known good. A flag of it that has no form is none that a step could be judged from. */
const readingFor = async (options: ValidateOptions, stdin: CommandContext['stdin']): Promise<ReadOptions> => {
  const reading = readOptionsFrom(options);
  if (options.against === undefined) return reading;
  const before = { ...reading, key: options.key, now: servedSince(reading.now), evaluate: false };
  const known = await readInputs([options.against], stdin, before);
  return { ...reading, against: knownGoodOf(subjectsOf(known, before)) };
};

/** A policy that names no environments is for those of the fleet. */
const refuseUnknown = (environment: string, policy: Policy | undefined): void => {
  const named = policy?.environments ?? [];
  const known = named.length > 0 ? named : bundledEnvironments();
  if (known.includes(environment)) return;
  const who = named.length > 0 ? 'the policy knows' : 'fleet/environments.json has';
  const problem = `${who} no environment ${JSON.stringify(environment)}`;
  throw wrongOption('--environment', problem, `Name one of: ${known.join(', ')}.`);
};

/** From so many flags on it takes long enough to be told how far it is. */
const MANY = 5_000;
/** Flags that are judged before anything else gets its turn: Ctrl-C, a reader of the output. */
const IN_A_ROW = 1_000;

const progressTo =
  (output: Output, signal: AbortSignal) =>
  async (done: number, all: number): Promise<boolean> => {
    if (all >= MANY && done % Math.ceil(all / 10) === 0) output.progress(`${done} of ${all} flags`);
    if (done % IN_A_ROW === 0) await giveWay();
    return !signal.aborted;
  };

const write = (output: Output, format: Format, report: Report, valid: boolean): void => {
  if (output.json) output.document(jsonReport(report, valid));
  else if (format === 'sarif') output.print(`${JSON.stringify(sarifReport(report), null, 1)}\n`);
  else if (format === 'github') output.print(githubReport(report));
  else if (format === 'junit') output.print(junitReport(report));
  else sayReport(output, report);
};
