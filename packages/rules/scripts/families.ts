import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRule } from '../lib/rule.ts';
import { familyOf, ruleFamilies } from '../lib/rule-families.ts';

/** A file of lib/families. It exports a list of rules for each phase that it has, and their examples. */
export interface FamilyFile {
  /** `audience-data` of `audience-data.ts`. */
  readonly name: string;
  readonly standingRules: readonly AnyRule[] | undefined;
  readonly changeRules: readonly AnyRule[] | undefined;
}

export const rulesIn = ({ standingRules = [], changeRules = [] }: FamilyFile): readonly AnyRule[] => [
  ...standingRules,
  ...changeRules,
];

/**
 * All files of lib/families, by name.
 *
 * @param directory packages/rules
 * @throws TypeError for a file without rules or examples, and for a rule whose family nobody knows
 */
export const familyFiles = async (directory: string): Promise<readonly FamilyFile[]> => {
  const folder = join(directory, 'lib', 'families');
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const { standingRules, changeRules, examples } = await import(join(folder, `${name}.ts`));
      const file: FamilyFile = { name, standingRules, changeRules };
      const where = `lib/families/${name}.ts`;
      if (rulesIn(file).length === 0 || typeof examples !== 'function') {
        throw new TypeError(
          `${where} must export its rules as standingRules, changeRules or both, and a function examples. Helpers belong into lib/.`,
        );
      }
      for (const { id } of rulesIn(file)) {
        if (!Object.hasOwn(ruleFamilies, familyOf(id))) {
          throw new TypeError(
            `${where} has the rule ${id}, but lib/rule-families.ts has no family ${familyOf(id)}. Add it there, or use one of ${Object.keys(ruleFamilies).join(', ')}.`,
          );
        }
      }
      return file;
    }),
  );
};
