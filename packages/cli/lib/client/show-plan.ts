import type { PlanView } from '@flaghoist/control-plane/views/plan-schema';
import { firstNames } from '@flaghoist/core/first-names';
import type { Proposal } from '@flaghoist/core/proposal';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { Client } from './client.ts';
import { diffLines, jsonDiff } from './json-diff.ts';
import { orderText } from './order-text.ts';

/** Asks what a proposal would do, and shows it. @returns the exit code: 10 and 11 where it would end so */
export const showPlan = async (client: Client, proposal: Proposal, { output }: CommandContext): Promise<number> => {
  const plan = await client.post<PlanView>('/v1/plans', proposal);
  output.document(plan);
  if (!output.json) sayPlan(plan, output);
  if (!plan.isTimely) return exitCodes.conflict;
  return plan.accepted ? exitCodes.ok : exitCodes.rejected;
};

const LISTED = 10;

const listed = (names: readonly string[]): string => firstNames(names, LISTED);

/** What a change would do, the same for who makes it and for who approves it. */
export const sayPlan = (plan: PlanView, output: Output): void => {
  const { colours } = output;
  const { flagKey, kind, before, after, gain, lose, regions, caches, degraded, rollbackTo, violations } = plan;
  const row = (name: string, text: string): void => output.say(`  ${name.padEnd(14)}${text}`);
  output.say(colours.bold(`${flagKey}: ${kind}, as ${orderText(plan.order)}`));
  for (const line of diffLines(jsonDiff(before ?? undefined, after)))
    output.say(`  ${line.startsWith('+') ? colours.green(line) : colours.red(line)}`);
  row('audience', `${caches} caches in ${regions.length} regions`);
  if (gain.length > 0) row('get it', listed(gain));
  if (lose.length > 0) row('lose it', listed(lose));
  row(
    'degraded',
    degraded.length === 0
      ? 'no cache'
      : degraded.map((each) => `${each.redis} in ${each.region}: ${listed(each.services)}`).join('; '),
  );
  row(
    'rollback',
    rollbackTo === null
      ? 'would take the flag away: there is nothing known good'
      : `would bring back ${orderText(rollbackTo)}`,
  );
  for (const { ruleId, severity, pointer, message } of violations)
    row(severity === 'error' ? colours.red('refused') : colours.yellow('warning'), `${ruleId} ${pointer}: ${message}`);
  if (!plan.isTimely)
    row(colours.red('conflict'), `it was made against ${plan.basedOn === null ? 'no flag' : orderText(plan.basedOn)}`);
  row('rules', `version ${plan.rulesVersion}: ${plan.accepted ? 'they let it pass' : 'they stop it'}`);
  row('digest', plan.digest);
};
