import type { Output } from '../output.ts';

/** What was so before a version of the topology, and did not keep it from being published. */
export const sayWarnings = (warnings: readonly string[], output: Pick<Output, 'say' | 'colours'>): void => {
  for (const warning of warnings) output.say(`  ${output.colours.yellow('warning')}: ${warning}.`);
};
