import { visibleText } from '@flaghoist/core/visible-text';
import type { SettledApply } from '@flaghoist/remediation/apply-intent';
import type { Output } from '../output.ts';
import { counted } from '../terminal.ts';

/**
 * What a run says of those before it, an apply that was cut off or a plan that cannot be read: to people as soon as it is known, and to
 * programs in the one document, also where that is an error.
 */
export const settlementFor = (output: Output) => {
  let found: { readonly settled?: SettledApply; readonly unreadable?: string } = {};
  let isTold = false;
  const document = (value: object): void => {
    isTold = true;
    output.document({ ...value, ...found });
  };
  return {
    hear(settled: SettledApply): void {
      found = { ...found, settled };
      if (!output.json) saySettled(output, settled);
    },
    /** @param unreadable why the plan that was kept is none */
    unreadable(unreadable: string): void {
      found = { ...found, unreadable };
      if (!output.json) sayUnreadable(output, unreadable);
    },
    document,
    /** That an error ends the run. What has told all of it already, such as a plan of which the trail could not hear, stays the one document. */
    stopped(error: unknown): void {
      if (!isTold && Object.keys(found).length > 0) document({ error: output.described(error) });
    },
  };
};

const sayUnreadable = (output: Output, why: string): void => {
  const { yellow } = output.colours;
  output.say(yellow(`the plan that was kept is applied by nobody: ${visibleText(why)}`));
};

const saySettled = (output: Output, { intent, outcome, remaining }: SettledApply): void => {
  const { bold, red } = output.colours;
  const { resources, appliedBy, at, digest } = intent;
  const which = `an apply of ${new Date(at).toISOString()}, by ${visibleText(appliedBy)}, was cut off`;
  if (outcome === 'untouched') {
    output.say(`${which}, and nothing shows that it had begun: it was no attempt`);
    return;
  }
  const back = resources.filter((address) => !remaining.includes(address));
  output.say(`${which} (plan ${digest}): ${counted(back.length, 'resource')} of ${resources.length} put back`);
  for (const address of back) output.say(`       ${bold(visibleText(address))}`);
  for (const address of remaining) output.say(`${red('drifts still')} ${bold(visibleText(address))}`);
  if (outcome === 'escalated') output.say(red('left to people: it was tried as often as the policy allows'));
};
