import type { Draft } from './draft.ts';
import { PlaceMissingError, WrongUseError } from './errors.ts';
import type { Options, Recipe, Step } from './recipe.ts';
import { insertedAfter, insertedBefore } from './text-edit.ts';

const rules = 'packages/rules';
const families = `${rules}/lib/families`;
/** The test that holds the number of rules. */
const promise = `${rules}/test/documents.test.ts`;

const fileName = /^[a-z]+(-[a-z]+)*$/;

/** What a rule and its examples read as, before somebody has written them. */
const sourcesOf = (id: string, { standing, since }: { readonly standing: boolean; readonly since: number }) => {
  const key = id.toLowerCase().replace('fh-', 'rule.');
  return {
    rule: `  ${standing ? 'standing' : 'onChange'}({
    id: '${id}',
    title: 'A key is not that of the rule that nobody has written yet',
    rationale: 'Write here why it exists: the incident, standard or limit behind it.',
    since: ${since},
    check: ({ envelope: { flagKey } }) =>
      flagKey === '${key}-unwritten'
        ? broken('/flagKey', 'The key is that of an unwritten rule; expected another one.', 'Choose another key.')
        : fine,
  }),
`,
    example: `  '${id}': { failing: { flagKey: '${key}-unwritten' }, passing: { flagKey: '${key}-written' } },
`,
  };
};

/** `pnpm new rule NAME`: a rule with its examples, in a file of its family. */
export const ruleRecipe: Recipe = {
  kind: 'rule',
  about: 'a business rule with its two examples, since the next version',
  argument: 'the file of packages/rules/lib/families that it goes into, such as "key"',
  options: [
    { flags: '--family <family>', about: 'for a file that is new, or has rules of two families: KEY, MONEY, …' },
    { flags: '--standing', about: 'a rule that holds at every hop; without it, one that is asked at acceptance' },
  ],
  examples: ['key', 'key-times --family KEY', 'personal-data --standing'],
  draft: (draft, name, options) => {
    if (!fileName.test(name)) {
      throw new WrongUseError(
        `the file is ${JSON.stringify(name)}; expected lower-case words joined by single hyphens`,
        `Name a file of ${families}, such as "key".`,
      );
    }
    const file = `${families}/${name}.ts`;
    const id = nextId(draft, familyFor(draft, file, options));
    const list = options['standing'] === undefined ? 'changeRules' : 'standingRules';
    const written = sourcesOf(id, { standing: list === 'standingRules', since: nextVersion(draft) });
    if (draft.has(file)) draft.edit(file, (text) => withRule(text, { file, list, ...written }));
    else draft.create(file, newFamilyFile(list, written));
    draft.edit(promise, withOneMorePromised);
    return stepsFor(id, file);
  },
};

const stepsFor = (id: string, file: string): readonly Step[] => [
  { say: `Write the rule: title, reason, condition, message and hint of ${id} in ${file}.` },
  { say: 'Below it, give it a flag that breaks it and no other rule, and its nearest neighbour that breaks none.' },
  { say: 'Write the lists, the version and the catalogue.', run: 'pnpm --filter @flaghoist/rules catalogue' },
  { say: 'Let the formatter break lines and sort imports.', run: 'pnpm lint:fix' },
  {
    say: `How many rules there are is promised: PROMISED in ${promise} is one more now. Retire a rule instead, or say so.`,
  },
  { say: 'Prove it: pnpm --filter @flaghoist/rules test' },
];

/** @throws PlaceMissingError when the test says no number */
const withOneMorePromised = (text: string): string => {
  const pattern = /(?<=^const PROMISED = )\d+(?=;$)/m;
  if (!pattern.test(text)) throw new PlaceMissingError(promise, 'number of promised rules');
  return text.replace(pattern, (count) => String(Number(count) + 1));
};

const familyFor = (draft: Draft, file: string, { family: stated }: Options): string => {
  const known = [...draft.read(`${rules}/lib/rule-families.ts`).matchAll(/^ {2}([A-Z]+): /gm)].map(
    ([, code = '']) => code,
  );
  const inFile = draft.has(file)
    ? [...new Set([...draft.read(file).matchAll(/\bid: 'FH-([A-Z]+)-/g)].map(([, code = '']) => code))]
    : [];
  const family = stated?.toUpperCase() ?? (inFile.length === 1 ? inFile[0] : undefined);
  if (family === undefined) {
    throw new WrongUseError(
      draft.has(file) ? `${file} has rules of ${inFile.join(' and ')}` : `there is no ${file}`,
      `Name a file of ${families}, or say with --family of which family the rule is: ${known.join(', ')}.`,
    );
  }
  if (known.includes(family)) return family;
  throw new WrongUseError(
    `there is no family ${family}; there are ${known.join(', ')}`,
    `Use one of these, or add a line to ${rules}/lib/rule-families.ts first.`,
  );
};

/** One more than the highest number that the family has, or ever had. */
const nextId = (draft: Draft, family: string): string => {
  const places = [
    `${rules}/catalogue.json`,
    ...draft.namesIn(families).map((name) => `${families}/${name}`),
    ...draft.namesIn(`${rules}/releases`).map((name) => `${rules}/releases/${name}`),
  ];
  const numbers = places.flatMap((place) =>
    [...draft.read(place).matchAll(new RegExp(`FH-${family}-(\\d+)`, 'g'))].map(([, digits]) => Number(digits)),
  );
  return `FH-${family}-${String(Math.max(0, ...numbers) + 1).padStart(2, '0')}`;
};

/** The version after the newest release. */
const nextVersion = (draft: Draft): number => {
  const released = draft.namesIn(`${rules}/releases`).flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []);
  return Math.max(0, ...released.map(Number)) + 1;
};

interface Written {
  readonly rule: string;
  readonly example: string;
}

const withRule = (
  text: string,
  { file, list, rule, example }: Written & { readonly file: string; readonly list: string },
): string => {
  const examples = { file, pattern: /^export const examples = /gm, called: 'function examples' };
  const end = { file, pattern: /^\}\);$/gm, called: 'end of its examples' };
  const listed = new RegExp(`^export const ${list}: ([^=]*) = \\[(.*|\\n[\\s\\S]*?\\n)(?=\\];$)`, 'm');
  const [, type = '', within = ''] = listed.exec(text) ?? [];
  if (type.includes('SurveyRule')) {
    throw new WrongUseError(
      `the ${list} of ${file} are ${type}: what judges them sees the survey, and no more of the envelope`,
      'Name another file of the family, or a new one with --family.',
    );
  }
  const comma = within === '' || within.endsWith(',\n') ? '' : ',\n';
  const withList = listed.test(text)
    ? insertedAfter(text, { file, pattern: new RegExp(listed, 'gm'), called: list }, comma + rule)
    : insertedBefore(text, examples, `export const ${list}: readonly AnyRule[] = [\n${rule}];\n\n`);
  const factory = rule.includes('standing({') ? 'standing' : 'onChange';
  const types = listed.test(text) ? [] : ['type AnyRule'];
  return withNames(insertedBefore(withList, end, example), [...types, 'broken', 'fine', factory]);
};

/** Imports what the rule uses from rule.ts, and the file did not. */
const withNames = (text: string, names: readonly string[]): string =>
  text.replace(/^import (type )?\{ ([^}]+) \} from '\.\.\/rule\.ts';$/m, (_line, allTypes, listed: string) => {
    const before = listed.split(', ').map((each) => (allTypes === undefined ? each : `type ${each}`));
    return `import { ${[...new Set([...before, ...names])].join(', ')} } from '../rule.ts';`;
  });

const newFamilyFile = (
  list: string,
  { rule, example }: Written,
): string => `import type { Examples } from '../examples/envelope.ts';
import { type AnyRule, broken, fine, ${list === 'standingRules' ? 'standing' : 'onChange'} } from '../rule.ts';

export const ${list}: readonly AnyRule[] = [
${rule}];

export const examples = (): Examples => ({
${example}});
`;
