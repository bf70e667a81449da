import type { Readable } from 'node:stream';
import { shippedTopology } from '@flaghoist/fleet/shipped-topology';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { covers, type Waiver } from '@flaghoist/rules/waivers';
import { judgeInputs } from '../validate/judge-inputs.ts';
import { type Inputs, readInputs } from '../validate/read-inputs.ts';

interface Covered {
  /** The flags that a waiver is about. */
  readonly keys: readonly string[];
  /** Those of them that break its rule, and so live on it. */
  readonly needing: readonly string[];
}

interface Given {
  readonly waivers: readonly Waiver[];
  /** In epoch milliseconds. */
  readonly now: number;
  readonly stdin: () => Readable;
}

/** Which flags of files each waiver is about. @throws what `readInputs` throws */
export const coveredIn = async (
  paths: readonly string[],
  { waivers, now, stdin }: Given,
): Promise<{ of(waiver: Waiver): Covered }> => {
  const reading = {
    ...{ key: undefined, environment: undefined, offVariant: undefined, otherPolicy: undefined },
    ...{ evaluate: true, policy: DEFAULT_POLICY, topology: shippedTopology(), waivers: [], now },
  };
  const inputs = about(waivers, await readInputs(paths, stdin, reading));
  const { judged, violations } = await judgeInputs(inputs, reading, { program: undefined, flagDone: async () => true });
  const broken = new Set(violations.map(({ ruleId, flagKey }) => `${ruleId} ${flagKey}`));
  return {
    of: (waiver) => {
      const keys = [...new Set(judged.map(({ flagKey }) => flagKey))].filter((key) => covers(waiver, key)).sort();
      return { keys, needing: keys.filter((key) => broken.has(`${waiver.rule} ${key}`)) };
    },
  };
};

/** Without the flags that no waiver is about: a file may have many. */
const about = (waivers: readonly Waiver[], { inputs, ...rest }: Inputs): Inputs => ({
  ...rest,
  inputs: inputs.map(({ part, contents }) => ({
    part,
    contents:
      'sets' in contents
        ? {
            ...contents,
            sets: contents.sets.map((set) => ({
              ...set,
              flags: set.flags.filter(({ key }) => waivers.some((waiver) => covers(waiver, key))),
            })),
          }
        : contents,
  })),
});
