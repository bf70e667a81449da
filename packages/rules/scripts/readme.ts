import { familyOf, ruleFamilies } from '../lib/rule-families.ts';
import { RULES_VERSION } from '../lib/version.ts';
import { type FamilyFile, rulesIn } from './families.ts';

const START = '<!-- families -->';
const END = '<!-- /families -->';

const has =
  (family: string) =>
  (file: FamilyFile): boolean =>
    rulesIn(file).some(({ id }) => familyOf(id) === family);

const familyTable = (files: readonly FamilyFile[]): string => {
  const all = files.flatMap(rulesIn);
  const rules = all.filter(({ protocol }) => protocol !== true);
  const rows = Object.entries(ruleFamilies).map(([family, about]) => {
    const count = rules.filter(({ id }) => familyOf(id) === family).length;
    const links = files.filter(has(family)).map(({ name }) => `[${name}](lib/families/${name}.ts)`);
    return `| ${family} | ${about} | ${count} | ${links.join(', ')} |`;
  });
  return `${rules.length} rules, version ${RULES_VERSION}, and ${all.length - rules.length} checks of the protocol:

| family | about | rules | files |
| --- | --- | --- | --- |
${rows.join('\n')}`;
};

/**
 * README.md with its table of families brought up to date.
 *
 * @throws TypeError when the two markers are not there
 */
export const readmeWithFamilies = (readme: string, files: readonly FamilyFile[]): string => {
  const [head, rest] = readme.split(START);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) {
    throw new TypeError(
      `README.md has no lines "${START}" and "${END}". Add both; the table of families goes between them.`,
    );
  }
  return `${head}${START}\n${familyTable(files)}\n${END}${tail}`;
};
