import { visibleText } from '@flaghoist/core/visible-text';
import type { Output } from '../../output.ts';
import { counted } from '../../terminal.ts';
import type { Found } from '../judge.ts';
import type { Report } from '../judge-inputs.ts';

/** The report for people, and for editors that read `file:line:column`. */
export const sayReport = (output: Output, report: Report): void => {
  const { red, green, yellow, dim } = output.colours;
  const { files, violations, errors, warnings, waived, skipped, notAsked, proposalDigest } = report;
  for (const violation of violations) sayViolation(output, violation);
  if (violations.length > 0) output.say();
  const verdict =
    violations.length === 0
      ? report.judged.length === 0
        ? red('nothing was judged')
        : green('breaks no rule')
      : [
          errors > 0 ? red(counted(errors, 'error')) : '',
          warnings > 0 ? yellow(counted(warnings, 'warning')) : '',
          waived > 0 ? dim(`${waived} waived`) : '',
        ]
          .filter((part) => part !== '')
          .join(', ');
  output.say(`${subjectOf(files, report.judged.length)}: ${verdict}`);
  if (proposalDigest !== undefined) output.say(`An approval of it names proposalDigest ${proposalDigest}`);
  if (skipped.length > 0)
    output.say(dim(`${counted(skipped.length, 'rule')} could not be judged yet: mend what is named above first`));
  if (notAsked.length > 0) {
    output.say(
      dim(`${counted(notAsked.length, 'rule')} not asked: they need facts that no file has (--json lists them)`),
    );
  }
};

const subjectOf = (files: Report['files'], flags: number): string => {
  const [first, ...others] = files;
  if (first === undefined) return 'no file with flags';
  if (others.length > 0)
    return `${counted(new Set(files.map(({ file }) => file)).size, 'file')} with ${counted(flags, 'flag')}`;
  const { file, kind } = first;
  const counts = kind === 'flagd file' || kind === 'Kubernetes FeatureFlag';
  return `${file} (${counts ? `${kind} with ${counted(flags, 'flag')}` : kind})`;
};

/** The flag that a finding is about, and how many others have it too. */
export const aboutFlags = ({ flagKey, flags = 1, message }: Found): string => {
  if (flagKey === '') return message;
  return flags > 1 ? `${flagKey} and ${flags - 1} more: ${message}` : `${flagKey}: ${message}`;
};

const sayViolation = (output: Output, found: Found): void => {
  const { red, yellow, dim } = output.colours;
  const { file, line, column, severity, ruleId, hint, pointer, waived } = found;
  const level = waived !== undefined ? dim('waived') : severity === 'error' ? red('error') : yellow('warning');
  output.say(`${file}:${line}:${column} ${level} ${ruleId} ${visibleText(aboutFlags(found))}`);
  output.say(`  ${visibleText(hint)} ${dim(visibleText(pointer))}`);
};
