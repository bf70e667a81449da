import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import type { TestWorld } from './world.ts';

/** Collects, from now on, what the updaters write: `<region>/<service> <revision of the message> <outcome>`. */
export const linesOf = (t: TestWorld, flagKey: string): string[] => {
  const lines: string[] = [];
  t.world.watch({
    acknowledged: (line: Acknowledgement) => {
      if (line.flagKey !== flagKey) return;
      lines.push(`${line.region}/${line.service} ${line.messageOrder.revision} ${line.outcome}`);
    },
  });
  return lines;
};
