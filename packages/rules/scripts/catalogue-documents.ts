import { visibleText } from '@flaghoist/core/visible-text';
import { visibleLines } from '../lib/abridged.ts';
import { describeRule, type RuleDescription, rulesInOrder, shownBase } from '../lib/describe-rule.ts';
import { ruleFamilies } from '../lib/rule-families.ts';
import { RULES_VERSION } from '../lib/version.ts';

/** `catalogue.json`: all rules with their examples, for programs. */
export const catalogueJson = (): string =>
  `${visibleLines({ rulesVersion: RULES_VERSION, families: ruleFamilies, base: shownBase(), rules: descriptions() })}\n`;

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
  const facts = needs.length === 0 ? '' : ` · judges by ${needs.map((need) => `\`${need}\``).join(', ')}`;
  const builds = after.length === 0 ? '' : ` · after ${after.join(', ')}`;
  return [
    `### ${id}: ${plain(title)}`,
    plain(rationale),
    `${severity} · ${phase} · ${kinds.join(', ')}${facts}${builds}`,
    exampleOf('Breaks it', rule.failing),
    `> ${plain(answer.message)} ${plain(answer.hint)}${answer.pointer === '' ? '' : ` (\`${visibleText(answer.pointer).slice(0, 120)}\`)`}`,
    exampleOf('Keeps it', rule.passing),
  ].join('\n\n');
};

/** `CATALOGUE.md`: the same for people. */
export const catalogueMarkdown = (): string => {
  const rules = descriptions();
  const families = Object.entries(ruleFamilies).map(
    ([family, subject]) => [family, subject, rules.filter((rule) => rule.family === family)] as const,
  );
  const rows = families.map(
    ([family, subject, members]) =>
      `| [${family}](#${subject
        .toLowerCase()
        .replaceAll(/[^a-z -]/g, '')
        .replaceAll(' ', '-')}) | ${subject} | ${members.length} |`,
  );
  const parts = families.flatMap(([, subject, members]) => [`## ${subject}`, ...members.map(section)]);
  return `${[
    '# The rules',
    `${rules.length} rules, version ${RULES_VERSION}. Written by \`pnpm catalogue\` in packages/rules; \`hoist rules explain FH-…\` shows one of them.`,
    `An *error* stops the change, a *warning* is reported. A rule of the phase *change* is asked once, at acceptance, and not when something is killed or taken back; a *standing* one holds at every hop.`,
    ['| family | about | rules |', '| --- | --- | --- |', ...rows].join('\n'),
    'Each rule is broken by an example that breaks no other, and kept by its nearest neighbour. The examples replace members of this envelope:',
    fence(shownBase()),
    ...parts,
  ].join('\n\n')}\n`;
};
