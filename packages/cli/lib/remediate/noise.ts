import type { DriftClass } from '@flaghoist/drift/classify';
import { isNoise, NO_NOISE, parseNoiseList } from '@flaghoist/drift/noise-list';
import { createNoiseOnDay } from '@flaghoist/drift/noise-on-day';
import type { DriftTarget } from '../drift/target.ts';
import { readInput } from '../read-input.ts';

/** Whether an entry that holds on a day covers a part of a resource. */
export const noiseOf = ({ noiseFile }: Pick<DriftTarget, 'noiseFile'>, day: string) => {
  const list = noiseFile === undefined ? NO_NOISE : parseNoiseList(readInput(noiseFile), noiseFile);
  const noise = createNoiseOnDay(list, day);
  return (address: string, type: string, path: string, kind: DriftClass = 'configuration'): boolean =>
    // Whatever the value: what is known to move by itself is nothing that a machine should put back.
    noise.lineFor((entry) =>
      isNoise({ ...entry, min: undefined, max: undefined }, { address, type, path, class: kind, now: '' }),
    ) !== null;
};
