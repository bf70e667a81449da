import { type ChangeKind, changeKinds } from '@flaghoist/core/change';
import { describeRule, protocolInOrder, rulesInOrder } from '@flaghoist/rules/describe-rule';
import type { AnyRule } from '@flaghoist/rules/rule';
import { familyOf, ruleFamilies } from '@flaghoist/rules/rule-families';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { explanation } from './explanation.ts';
import { findRule } from './find-rule.ts';
import { waiversCommand } from './waivers.ts';

interface ListOptions {
  family?: string;
  severity?: AnyRule['severity'];
  kind?: ChangeKind;
  protocol?: boolean;
}

/** `hoist rules`: what a change has to meet. */
export const rulesCommand: CommandFactory = (run) =>
  new Command('rules')
    .description('list the rules that every change has to meet, or explain one')
    .option('--family <family>', 'only those of one family, such as KEY or MONEY', parseFamily)
    .addOption(new Option('--severity <severity>', 'only errors, or only warnings').choices(['error', 'warning']))
    .addOption(new Option('--kind <kind>', 'only those that a change of this kind meets').choices(changeKinds))
    .option('--protocol', 'the checks of the protocol instead: no author can break them, and nothing waives them')
    .addHelpText('after', examples)
    .action(async (options: ListOptions) => run((context) => list(options, context)))
    .addCommand(
      new Command('explain')
        .description('why a rule exists, what breaks it and what keeps it')
        .argument('<rule>', 'its id, such as FH-KEY-01')
        .addHelpText('after', explainExamples)
        .action(async (id: string) => run((context) => explain(id, context))),
    )
    .addCommand(waiversCommand(run));

/** @throws InvalidArgumentError naming the families there are */
const parseFamily = (text: string): string => {
  const family = text.toUpperCase();
  if (Object.hasOwn(ruleFamilies, family)) return family;
  throw new InvalidArgumentError(`The families are ${Object.keys(ruleFamilies).join(', ')}.`);
};

const examples = `
Examples:
  $ hoist rules                            all rules, by family
  $ hoist rules --family money             those about money
  $ hoist rules --kind killed              those that a kill meets
  $ hoist rules --json | jq length         as one JSON array
  $ hoist rules explain FH-KEY-01          one rule with its examples

${exitCodesHelp({ ok: 'done' }, ['usage', 'defect', 'interrupted'])}`;

const explainExamples = `
Examples:
  $ hoist rules explain FH-KEY-01          one rule with its examples
  $ hoist rules explain key-1 --json       the same for a program; the short form of its id will do

${exitCodesHelp({ ok: 'done', usage: 'wrong use, or there is no such rule' }, ['defect', 'interrupted'])}`;

const list = async (
  { family, severity, kind, protocol = false }: ListOptions,
  { output }: CommandContext,
): Promise<number> => {
  const rules = (protocol ? protocolInOrder() : rulesInOrder()).filter(
    (rule) =>
      (family === undefined || familyOf(rule.id) === family) && (severity === undefined || rule.severity === severity),
  );
  const described = rules.map(describeRule).filter(({ kinds: met }) => kind === undefined || met.includes(kind));
  output.document(described);
  if (output.json) return exitCodes.ok;

  const { bold, dim, yellow } = output.colours;
  for (const [name, about] of Object.entries(ruleFamilies)) {
    const members = described.filter((rule) => rule.family === name);
    if (members.length === 0) continue;
    output.say(`${bold(about)} ${dim(`(${name}, ${members.length})`)}`);
    for (const rule of members) {
      const level = rule.severity === 'warning' ? yellow('warning') : 'error  ';
      output.say(`  ${rule.id.padEnd(15)}  ${level}  ${rule.phase.padEnd(8)}  ${rule.title}`);
    }
    output.say();
  }
  output.advise(
    `${described.length} ${protocol ? 'checks of the protocol' : 'rules'}. hoist rules explain <id> tells more about one.`,
  );
  return exitCodes.ok;
};

const explain = async (id: string, { output }: CommandContext): Promise<number> => {
  const description = describeRule(findRule(id));
  output.document(description);
  if (!output.json) for (const line of explanation(description, output.colours)) output.say(line);
  return exitCodes.ok;
};
