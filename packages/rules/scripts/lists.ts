import { type FamilyFile, rulesIn } from './families.ts';
import type { Retired } from './releases/files.ts';

const header = '// Written by `pnpm catalogue` from the files in lib/families.';

/** `audienceData` of `audience-data`. */
const identifier = (name: string): string => name.replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());

const imports = (exported: string, files: readonly FamilyFile[], folder: string): string =>
  files.map(({ name }) => `import { ${exported} as ${identifier(name)} } from '${folder}/${name}.ts';`).join('\n');

const spread = (files: readonly FamilyFile[], call = ''): string =>
  files.map(({ name }) => `  ...${identifier(name)}${call},`).join('\n');

const rulesList = (
  files: readonly FamilyFile[],
  exported: 'standingRules' | 'changeRules',
  comment: string,
): string => {
  const those = files.filter((file) => file[exported] !== undefined);
  return `${header}
${imports(exported, those, './families')}
import type { AnyRule } from './rule.ts';

/** ${comment} */
export const ${exported}: readonly AnyRule[] = [
${spread(those)}
];
`;
};

const examplesList = (files: readonly FamilyFile[]): string => `${header}
${imports('examples', files, '../families')}
import type { Examples } from './envelope.ts';

/** By rule id. The catalogue shows them and the tests run them; the Lambdas do not carry them. */
export const examples: Examples = {
${spread(files, '()')}
};
`;

/** The newest version that a rule, a changed answer or a retirement names. */
const newestVersion = (files: readonly FamilyFile[], retired: Retired): number =>
  Math.max(
    ...files.flatMap(rulesIn).flatMap(({ since, changed }) => [since, changed?.version ?? since]),
    ...Object.values(retired).map(({ version }) => version),
  );

/** The lists of rules and their version, by their paths in packages/rules: sources that follow from lib/families. */
export const listsOf = (files: readonly FamilyFile[], retired: Retired): Readonly<Record<string, string>> => ({
  'lib/standing-rules.ts': rulesList(files, 'standingRules', 'The rules that hold at every hop.'),
  'lib/change-rules.ts': rulesList(files, 'changeRules', 'The rules that are asked once, at acceptance.'),
  'lib/examples/examples.ts': examplesList(files),
  'lib/version.ts': `// Written by \`pnpm catalogue\`: the newest version that a rule or a retirement names.
/** The version of the rules. An envelope says under which one it was accepted. */
export const RULES_VERSION = ${newestVersion(files, retired)};
`,
});
