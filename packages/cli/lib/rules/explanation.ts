import { visibleText } from '@flaghoist/core/visible-text';
import { visibleLines } from '@flaghoist/rules/abridged';
import type { RuleDescription } from '@flaghoist/rules/describe-rule';
import type { Output } from '../output.ts';

const phases: Readonly<Record<RuleDescription['phase'], string>> = {
  change: 'asked once, when a change is accepted',
  standing: 'holds at every hop',
};

const example = (value: RuleDescription['failing']): string[] =>
  Object.keys(value).length === 0
    ? ['  the example envelope as it is']
    : visibleLines(value)
        .split('\n')
        .map((line) => `  ${line}`);

/** A rule for people, line by line. */
export const explanation = (
  {
    id,
    title,
    rationale,
    severity,
    phase,
    kinds,
    needs,
    protocol,
    waivable,
    fires,
    answer,
    failing,
    passing,
  }: RuleDescription,
  { bold, red, green, yellow, dim }: Output['colours'],
): string[] => [
  bold(`${id}: ${title}`),
  '',
  rationale,
  '',
  `severity  ${severity === 'error' ? red('error: stops the change') : yellow('warning: is reported')}`,
  `phase     ${phase}: ${phases[phase]}`,
  `kinds     ${kinds.join(', ')}`,
  ...(needs.length === 0 ? [] : [`judges by ${needs.join(', ')}`]),
  `fires on  ${fires.legitimate} legitimate flags, ${fires.documented} flags in the manner of flagd's documentation`,
  ...(protocol ? ['a check of the protocol: no author can break it, and nothing waives it'] : []),
  ...(waivable || protocol ? [] : ['firm      nothing waives it, and no policy lowers it']),
  '',
  red('Breaks it'),
  ...example(failing),
  `  ${dim('→')} ${visibleText(answer.message)}`,
  `  ${dim('→')} ${answer.hint}`,
  '',
  green('Keeps it'),
  ...example(passing),
  '',
  dim('The examples replace members of the example envelope in packages/rules/CATALOGUE.md.'),
];
