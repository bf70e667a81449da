import { visibleText } from '@flaghoist/core/visible-text';
import { visibleLines } from '../lib/abridged.ts';
import { describeRule, protocolInOrder, type RuleDescription, rulesInOrder, shownBase } from '../lib/describe-rule.ts';
import { ruleFamilies } from '../lib/rule-families.ts';
import { RULES_VERSION } from '../lib/version.ts';

/** `catalogue.json`: all rules with their examples, for programs. */
export const catalogueJson = (): string =>
  `${visibleLines({
    rulesVersion: RULES_VERSION,
    families: ruleFamilies,
    base: shownBase(),
    rules: descriptions(),
    protocol: protocolInOrder().map(describeRule),
  })}\n`;

const descriptions = (): readonly RuleDescription[] => rulesInOrder().map(describeRule);

/** Text in Markdown; what stands between backticks is left as it is. */
const plain = (text: string): string =>
  visibleText(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_[\]<>|#]/g, '\\$&')))
    .join('');

const fence = (value: unknown): string => `\`\`\`json\n${visibleLines(value)}\n\`\`\``;

const exampleOf = (title: string, example: Readonly<Record<string, unknown>>): string =>
  Object.keys(example).length === 0 ? `${title}: the envelope above, as it is.` : `${title}:\n\n${fence(example)}`;

const section = (rule: RuleDescription): string => {
  const { id, title, rationale, severity, phase, kinds, needs, after, answer } = rule;
  const firm = rule.waivable || rule.protocol ? '' : ' · nothing waives or lowers it';
  const facts = needs.length === 0 ? '' : ` · judges by ${needs.map((need) => `\`${need}\``).join(', ')}`;
  const builds = after.length === 0 ? '' : ` · after ${after.join(', ')}`;
  return [
    `### ${id}: ${plain(title)}`,
    plain(rationale),
    `${severity} · ${phase} · ${kinds.join(', ')}${firm}${facts}${builds} · fires on ${rule.fires.legitimate} legitimate and ${rule.fires.documented} documented flags`,
    exampleOf('Breaks it', rule.failing),
    `> ${plain(answer.message)} ${plain(answer.hint)}${answer.pointer === '' ? '' : ` (\`${visibleText(answer.pointer).slice(0, 120)}\`)`}`,
    exampleOf('Keeps it', rule.passing),
  ].join('\n\n');
};

const LEGEND =
  'An *error* stops the change, a *warning* is reported. A rule of the phase *change* is asked once, at acceptance, and not when something is killed or taken back; a *standing* one holds at every hop.';
const EXAMPLES =
  'Each rule is broken by an example that breaks no other, and kept by its nearest neighbour. The examples replace members of the envelope that [CATALOGUE.md](../CATALOGUE.md) shows.';

/** What a rule costs those who meet it, in a row. */
const costRow = ({ id, title, severity, fires }: RuleDescription, file: string): string =>
  `| [${id}](${file}#${anchorOf(id, title)}) | ${plain(title)} | ${severity} | ${fires.legitimate} | ${fires.documented} |`;

/** As GitHub makes it of a heading. */
const anchorOf = (id: string, title: string): string =>
  `${id}: ${title}`
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const PROTOCOL = 'protocol';

const page = (title: string, about: readonly string[], rules: readonly RuleDescription[]): string =>
  `${[`# ${title}`, ...about, LEGEND, EXAMPLES, ...rules.map((rule) => section(rule).replace(/^#/, ''))].join('\n\n')}\n`;

/** `CATALOGUE.md`, which lists all rules and what they cost, and a page for each family. */
export const catalogueMarkdown = (): Readonly<Record<string, string>> => {
  const rules = descriptions();
  const protocol = protocolInOrder().map(describeRule);
  const families = Object.entries(ruleFamilies)
    .map(([family, subject]) => [family, subject, rules.filter((rule) => rule.family === family)] as const)
    .filter(([, , members]) => members.length > 0);
  const pageOf = (family: string): string => `catalogue/${family}.md`;
  const index = [
    '# The rules',
    `${rules.length} rules, version ${RULES_VERSION}. Written by \`pnpm catalogue\` in packages/rules; \`hoist rules explain FH-…\` shows one of them.`,
    LEGEND,
    [
      '| family | about | rules |',
      '| --- | --- | --- |',
      ...families.map(
        ([family, subject, members]) => `| [${family}](${pageOf(family)}) | ${subject} | ${members.length} |`,
      ),
    ].join('\n'),
    `Beside them ${protocol.length} [checks of the protocol](${pageOf(PROTOCOL)}) are run: invariants that no author can break. They are not counted, nothing waives them, and no policy lowers them.`,
    'The examples replace members of this envelope, which breaks no rule:',
    fence(shownBase()),
    '## What each rule costs',
    'On how many flags a rule says something: of the flags that a bank wants, and of those in the manner of flagd’s documentation. `pnpm corpora --write` in the root measures it; `pnpm corpora` shows where.',
    [
      '| rule | | severity | legitimate | documented |',
      '| --- | --- | --- | --- | --- |',
      ...rules.map((rule) => costRow(rule, pageOf(rule.family))),
    ].join('\n'),
  ];
  return {
    'CATALOGUE.md': `${index.join('\n\n')}\n`,
    ...Object.fromEntries(families.map(([family, subject, members]) => [pageOf(family), page(subject, [], members)])),
    [pageOf(PROTOCOL)]: page(
      'Checks of the protocol',
      [
        'Invariants that the validator keeps and no author can break: they prove at every hop that nobody else has written a revision. They are run with the rules, are not counted among them, and nothing waives or lowers them.',
      ],
      protocol,
    ),
  };
};
