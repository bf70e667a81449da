import { visibleText } from '@flaghoist/core/visible-text';
import type { SettledApply } from '@flaghoist/remediation/apply-intent';
import type { Output } from '../output.ts';
import { counted } from '../terminal.ts';

/**
 * What a run says of an apply before it that was cut off: to people as soon as it is known, and to programs in the one document, also
 * where that is an error.
 */
export const settlementFor = (output: Output) => {
  let settled: SettledApply | undefined;
  return {
    hear(each: SettledApply): void {
      settled = each;
      if (!output.json) saySettled(output, each);
    },
    document: (value: object): void => output.document(settled === undefined ? value : { ...value, settled }),
    /** That an error ends the run. */
    stopped(error: unknown): void {
      if (settled !== undefined) output.document({ error: output.described(error), settled });
    },
  };
};

const saySettled = (output: Output, { intent, outcome, remaining }: SettledApply): void => {
  const { bold, red } = output.colours;
  const { resources, appliedBy, at, digest } = intent;
  const which = `an apply of ${new Date(at).toISOString()}, by ${visibleText(appliedBy)}, was cut off`;
  if (outcome === 'untouched') {
    output.say(`${which} before it changed anything: it was no attempt`);
    return;
  }
  const back = resources.filter((address) => !remaining.includes(address));
  output.say(`${which} (plan ${digest}): ${counted(back.length, 'resource')} of ${resources.length} put back`);
  for (const address of back) output.say(`       ${bold(visibleText(address))}`);
  for (const address of remaining) output.say(`${red('drifts still')} ${bold(visibleText(address))}`);
  if (outcome === 'escalated') output.say(red('left to people: it was tried as often as the policy allows'));
};
