import { visibleText } from '@flaghoist/core/visible-text';
import { waiversKind } from '@flaghoist/fleet/kinds';
import { bundledWaivers } from '@flaghoist/fleet/policies';
import { readChecked } from '@flaghoist/fleet/read-file';
import { covers, daysLeft, WAIVER_NOTICE_DAYS, type Waiver } from '@flaghoist/rules/waivers';
import { Command } from 'commander';
import type { CommandContext, CommandFactory } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { counted } from '../terminal.ts';
import { timeOf } from '../time-of.ts';
import { keysIn } from './keys-in.ts';

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
    .option('--flags <file...>', 'flagd files: their flags that live on a waiver are named')
    .option('--at <time>', 'list as of this time, such as 2026-12-24T06:00Z, instead of now')
    .addHelpText('after', help)
    .action(async (options: WaiversOptions) => run((context) => waivers(options, context)));

const help = `
A waiver lets changes of one flag, or of keys with one beginning, be accepted although they break one rule. It is judged when
a change is accepted, and sealed into it: what was accepted stays valid when the waiver has ended, the next change is refused.

Examples:
  $ hoist rules waivers                          all of fleet/waivers.json
  $ hoist rules waivers --flags flags.json       with the flags of a file that live on them
  $ hoist rules waivers --at 2027-03-01 --json   as a program would see them on that day

Exit codes: 0 all hold for more than ${WAIVER_NOTICE_DAYS} days, 1 some have ended or end within ${WAIVER_NOTICE_DAYS} days, 2 wrong use or not readable.`;

type State = 'holds' | 'ends soon' | 'ended';

const stateOf = (days: number): State => {
  if (days < 0) return 'ended';
  return days <= WAIVER_NOTICE_DAYS ? 'ends soon' : 'holds';
};

const waivers = async ({ file, flags = [], at }: WaiversOptions, { output }: CommandContext): Promise<number> => {
  const now = timeOf(at);
  const listed: readonly Waiver[] =
    file === undefined ? bundledWaivers() : readChecked(waiversKind, file, readInput(file)).value.waivers;
  const keys = flags.flatMap((name) => keysIn(name, readInput(name)));
  const described = listed.map((waiver) => {
    const days = daysLeft(waiver, now);
    return { ...waiver, daysLeft: days, state: stateOf(days), flags: keys.filter((key) => covers(waiver, key)).sort() };
  });
  output.document(described);
  const { bold, red, yellow, green, dim } = output.colours;
  const colours: Readonly<Record<State, (text: string) => string>> = {
    holds: green,
    'ends soon': yellow,
    ended: red,
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
      flags: living,
    } of described) {
      const left = days < 0 ? `ended on ${expires}` : `until ${expires}, ${counted(days, 'day')} left`;
      output.say(`${bold(rule)}  ${visibleText(flag)}  ${colours[state](left)}`);
      output.say(`  ${visibleText(reason)}`);
      output.say(dim(`  ${visibleText(`${ticket}, approved by ${approver}, ${owner} answers for it`)}`));
      if (living.length > 0) output.say(`  lives on it: ${living.map(visibleText).join(', ')}`);
    }
    output.say(`${counted(described.length, 'waiver')}.`);
  }
  return described.every(({ state }) => state === 'holds') ? exitCodes.ok : exitCodes.unexpectedOutcome;
};
