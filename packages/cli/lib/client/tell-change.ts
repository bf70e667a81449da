import type { ProposalAnswer } from '@flaghoist/control-plane/routes/proposals';
import type { ChangeView } from '@flaghoist/control-plane/views/schemas';
import { type EndingName, exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { Goal } from './follow-change.ts';
import { orderText } from './order-text.ts';

export const endings: Readonly<Record<ChangeView['state'], EndingName>> = {
  accepted: 'ok',
  verified: 'ok',
  'rolled-back': 'rolledBack',
  held: 'held',
  superseded: 'superseded',
  unverified: 'unverified',
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Says how far a change has come. @returns the exit code */
export const tellChange = (change: ChangeView, goal: Goal, output: Output): number => {
  const { colours } = output;
  const { flagKey, order, state, acceptedAt: since, decidedAt, conditions, progress } = change;
  const name = `${flagKey} ${orderText(order)}`;
  const caches = progress.reduce((sum, { expected }) => sum + expected, 0);
  const acknowledged = conditions.find(({ type }) => type === 'Acknowledged');
  const verified = conditions.find(({ type }) => type === 'Verified');
  if (state === 'accepted' && goal === 'accepted')
    output.advise(`  ${colours.green('accepted')}: ${name}. hoist wait ${flagKey} waits until it is verified.`);
  else if (state === 'accepted')
    output.say(
      `  ${colours.green('acknowledged')} after ${seconds((acknowledged?.since ?? since) - since)}: ${name} was seen in all ${caches} caches; the regions have yet to prove it.`,
    );
  else if (state === 'verified')
    output.say(
      `  ${colours.green('verified')} after ${seconds((decidedAt ?? since) - since)}: ${name} is in all ${caches} caches.`,
    );
  else output.say(`  ${colours.red(state)}: ${name}. ${verified?.message ?? ''}`);
  return exitCodes[endings[state]];
};

type Refused = Exclude<NonNullable<ProposalAnswer['outcome']>, { outcome: 'accepted' }>;

/** Says why a proposal was refused. @returns the exit code */
export const tellRefusal = (outcome: Refused, output: Output): number => {
  const { colours } = output;
  switch (outcome.outcome) {
    case 'rejected':
      output.say(`  ${colours.red('rejected')} by the rules:`);
      for (const { ruleId, severity, pointer, message, hint } of outcome.violations) {
        if (severity !== 'error') continue;
        output.say(`    ${ruleId} ${pointer}: ${message}`);
        output.advise(`      ${colours.dim(hint)}`);
      }
      return exitCodes.rejected;
    case 'conflict': {
      const { basedOn, current } = outcome;
      output.say(
        `  ${colours.red('conflict')}: it was made against ${basedOn === null ? 'no flag' : orderText(basedOn)}, and now there is ${current === null ? 'none' : orderText(current)}.`,
      );
      output.advise(`    hoist diff ${outcome.flagKey} shows what has changed; then ask again.`);
      return exitCodes.conflict;
    }
    case 'withdrawn':
      output.say(`  ${colours.yellow('withdrawn')}: its author took it back before home had judged it.`);
      return exitCodes.rejected;
    case 'expired':
      output.say(`  ${colours.red('expired')}: home came to it after more than ${outcome.maxAgeSeconds} s. Ask again.`);
      return exitCodes.rejected;
  }
};
