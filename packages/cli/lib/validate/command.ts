import { visibleText } from '@flaghoist/core/visible-text';
import { policyKind, topologyKind } from '@flaghoist/fleet/kinds';
import { readChecked } from '@flaghoist/fleet/read-file';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { readFact } from '@flaghoist/rules/evidence';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readInput } from '../read-input.ts';
import { counted } from '../terminal.ts';
import { timeOf } from '../time-of.ts';
import type { FlagInFile } from './flag-in-file.ts';
import { readJsonFile } from './json-file.ts';
import { type Found, type Judgement, judge } from './judge.ts';
import { contentsOf } from './subjects.ts';

interface ValidateOptions {
  policy?: string;
  topology?: string;
  key?: string;
  at?: string;
  environment?: string;
}

/** `hoist validate`: what the rules would say of a file. */
export const validateCommand: CommandFactory = (run) =>
  new Command('validate')
    .description('judge flags in a file by all rules that need nothing but the file, with line numbers')
    .argument('<file>', 'JSON; - is standard input')
    .option('--policy <file>', 'parameters of the rules instead of the default ones')
    .option('--topology <file>', 'regions and services instead of the shipped ones')
    .option('--key <key>', 'the key of a flag definition, which does not have it itself')
    .option(
      '--environment <name>',
      'where a proposal would be accepted: what approvals of it must name depends on that',
    )
    .option('--at <time>', 'judge as at this time, such as 2026-12-24T06:00Z, instead of now')
    .addHelpText('after', help)
    .action(async (file: string, options: ValidateOptions) => run((context) => validateFile(file, options, context)));

const help = `
What is in the file is told by its shape:
  envelopeDigest       a sealed envelope: judged by the evidence that is sealed into it; --policy tells what another policy would say
  change               a proposal: judged as if it were accepted now
  flags                a flagd file: each flag is judged as a new one
  variants or state    the definition of one flag: judged as a new one

Examples:
  $ hoist validate flags.json
  $ hoist validate proposal.json --policy fleet/policies/default.v1.json
  $ cat flag.json | hoist validate - --key checkout.new-form --json

Rules that need facts which no file has (the revision before, approvers, other environments) are not asked; --json lists them.
Exit codes: 0 no error (warnings may be), 1 errors, 2 wrong use or not readable.`;

const STDIN = 0;

const validateFile = async (
  path: string,
  { policy, topology, key, at, environment }: ValidateOptions,
  { output }: CommandContext,
): Promise<number> => {
  const name = path === '-' ? 'standard input' : path;
  const otherPolicy = policy === undefined ? undefined : readChecked(policyKind, policy, readInput(policy)).value;
  const options = {
    name,
    key,
    environment,
    otherPolicy,
    now: timeOf(at),
    policy: otherPolicy ?? DEFAULT_POLICY,
    topology:
      topology === undefined ? shippedTopology() : readChecked(topologyKind, topology, readInput(topology)).value,
  };
  const file = readJsonFile(name, readInput(path === '-' ? STDIN : path));
  const { kind, subjects } = contentsOf(file, options);
  const result = joined(subjects.map((subject) => judge(subject, file)));
  const errors = result.violations.filter(({ severity }) => severity === 'error').length;
  const approve = kind === 'proposal' ? digestToApprove(subjects) : undefined;
  output.document({
    file: name,
    kind,
    flags: subjects.length,
    valid: errors === 0,
    ...(approve === undefined ? {} : { proposalDigest: approve }),
    ...result,
  });
  if (!output.json) say(output, { name, kind, flags: subjects.length, errors, approve, ...result });
  return errors === 0 ? exitCodes.ok : exitCodes.unexpectedOutcome;
};

const digestToApprove = ([subject]: readonly FlagInFile[]): string | undefined => {
  const digest = readFact(subject?.envelope?.evidence, 'proposalDigest');
  return typeof digest === 'string' ? digest : undefined;
};

const union = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].sort();

const joined = (judgements: readonly Judgement[]): Judgement => ({
  violations: judgements
    .flatMap(({ violations }) => violations)
    .sort((a, b) => a.line - b.line || a.column - b.column || (a.ruleId < b.ruleId ? -1 : 1)),
  skipped: union(judgements.map(({ skipped }) => skipped)),
  notAsked: union(judgements.map(({ notAsked }) => notAsked)),
});

interface Result extends Judgement {
  readonly name: string;
  readonly kind: string;
  readonly flags: number;
  readonly errors: number;
  readonly approve: string | undefined;
}

const say = (output: Output, { name, kind, flags, errors, approve, violations, skipped, notAsked }: Result): void => {
  const { red, green, yellow, dim } = output.colours;
  for (const violation of violations) sayViolation(output, name, violation);
  if (violations.length > 0) output.say();
  const warnings = violations.length - errors;
  const subject = kind === 'flagd file' ? `${kind} with ${counted(flags, 'flag')}` : kind;
  const verdict =
    violations.length === 0
      ? green('breaks no rule')
      : [errors > 0 ? red(counted(errors, 'error')) : '', warnings > 0 ? yellow(counted(warnings, 'warning')) : '']
          .filter((part) => part !== '')
          .join(', ');
  output.say(`${name} (${subject}): ${verdict}`);
  if (approve !== undefined) output.say(`An approval of it names proposalDigest ${approve}`);
  if (skipped.length > 0)
    output.say(dim(`${counted(skipped.length, 'rule')} not judged: what they build on is broken`));
  if (notAsked.length > 0) {
    output.say(
      dim(`${counted(notAsked.length, 'rule')} not asked: they need facts that no file has (--json lists them)`),
    );
  }
};

const sayViolation = (output: Output, name: string, found: Found): void => {
  const { red, yellow, dim } = output.colours;
  const { line, column, severity, ruleId, flagKey, message, hint, pointer } = found;
  const level = severity === 'error' ? red('error') : yellow('warning');
  output.say(`${name}:${line}:${column} ${level} ${ruleId} ${visibleText(`${flagKey}: ${message}`)}`);
  output.say(`  ${visibleText(hint)} ${dim(visibleText(pointer))}`);
};
