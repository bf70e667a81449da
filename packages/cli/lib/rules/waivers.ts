import { visibleText } from '@flaghoist/core/visible-text';
import { waiversKind } from '@flaghoist/fleet/kinds';
import { bundledWaivers } from '@flaghoist/fleet/policies';
import { readChecked } from '@flaghoist/fleet/read-file';
import { rulesInOrder } from '@flaghoist/rules/describe-rule';
import { daysLeft, isTooFar, MAX_WAIVER_DAYS, WAIVER_NOTICE_DAYS, type Waiver } from '@flaghoist/rules/waivers';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes, exitCodesHelp } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { counted } from '../terminal.ts';
import { timeOf } from '../time-of.ts';
import { coveredIn } from './covered-flags.ts';

interface WaiversOptions {
  file?: string;
  flags?: string[];
  at?: string;
}

/** `hoist rules waivers`: the reviewed exceptions from rules, and which of them end soon. */
export const waiversCommand: CommandFactory = (run) =>
  new Command('waivers')
    .description('list the reviewed exceptions from rules, when they end, and which flags live on them')
    .option('--file <file>', 'a list of waivers instead of the shipped fleet/waivers.json')
    .option(
      '--flags <file...>',
      'files as hoist validate takes them: their flags that are covered are named, and those that live on it',
    )
    .option('--at <time>', 'list as of this time, such as 2026-12-24T06:00Z, instead of now')
    .addHelpText('after', help)
    .action(async (options: WaiversOptions) => run((context) => waivers(options, context)));

const help = `
A waiver lets changes of one flag, or of keys with one beginning, be accepted although they break one rule. It is judged when
a change is accepted, and sealed into it: what was accepted stays valid when the waiver has ended, the next change is refused.

Examples:
  $ hoist rules waivers                          all of fleet/waivers.json
  $ hoist rules waivers --flags flags.json       with the flags of a file that they cover, and those that need it
  $ hoist rules waivers --at 2027-03-01 --json   as a program would see them on that day

${exitCodesHelp({
  ok: `all hold for more than ${WAIVER_NOTICE_DAYS} days`,
  no: `some have ended, end within ${WAIVER_NOTICE_DAYS} days, end so late that they do not hold yet, or are from no rule`,
})}`;

type State = 'no such rule' | 'holds' | 'ends soon' | 'ended' | 'ends too late';

const rules: ReadonlySet<string> = new Set(rulesInOrder().map(({ id }) => id));

const stateOf = (waiver: Waiver, now: number): State => {
  if (!rules.has(waiver.rule)) return 'no such rule';
  const days = daysLeft(waiver, now);
  if (days < 0) return 'ended';
  if (isTooFar(waiver, now)) return 'ends too late';
  return days <= WAIVER_NOTICE_DAYS ? 'ends soon' : 'holds';
};

const waivers = async (
  { file, flags = [], at }: WaiversOptions,
  { output, stdin }: CommandContext,
): Promise<number> => {
  const now = timeOf(at);
  const listed: readonly Waiver[] =
    file === undefined ? bundledWaivers() : readChecked(waiversKind, file, readInput(file)).value.waivers;
  const covered = await coveredIn(flags, { waivers: listed, now, stdin });
  const described = listed.map((waiver) => {
    const { keys, needing } = covered.of(waiver);
    return { ...waiver, daysLeft: daysLeft(waiver, now), state: stateOf(waiver, now), flags: keys, needing };
  });
  output.document(described);
  const { bold, red, yellow, green, dim } = output.colours;
  const colours: Readonly<Record<State, (text: string) => string>> = {
    holds: green,
    'ends soon': yellow,
    ended: red,
    'ends too late': red,
    'no such rule': red,
  };
  if (!output.json) {
    for (const {
      rule,
      flag,
      owner,
      reason,
      ticket,
      approver,
      expires,
      daysLeft: days,
      state,
      flags: keys,
      needing,
    } of described) {
      const late = state === 'ends too late' ? `; holds only from ${MAX_WAIVER_DAYS} days before` : '';
      const unknown = state === 'no such rule' ? ', but there is no such rule: hoist rules lists them all' : '';
      const left = days < 0 ? `ended on ${expires}` : `until ${expires}, ${counted(days, 'day')} left${late}`;
      output.say(`${bold(rule)}  ${visibleText(flag)}  ${colours[state](`${left}${unknown}`)}`);
      output.say(`  ${visibleText(reason)}`);
      output.say(dim(`  ${visibleText(`${ticket}, approved by ${approver}, ${owner} answers for it`)}`));
      if (keys.length > 0) output.say(`  covers ${keys.map(visibleText).join(', ')}`);
      if (needing.length > 0) output.say(`  lives on it: ${needing.map(visibleText).join(', ')}`);
    }
    output.say(`${counted(described.length, 'waiver')}.`);
  }
  return described.every(({ state }) => state === 'holds') ? exitCodes.ok : exitCodes.no;
};
