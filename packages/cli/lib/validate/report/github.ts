import type { Report } from '../judge-inputs.ts';
import { aboutFlags } from './text.ts';

const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands, from which GitHub makes annotations: https://docs.github.com/actions/reference/workflow-commands. */
export const githubReport = ({ violations }: Report): string =>
  violations
    .map((found) => {
      const { severity, file, line, column, ruleId, hint, waived } = found;
      const at = `file=${property(file)},line=${line},col=${column},title=${property(ruleId)}`;
      return `::${waived === undefined ? severity : 'notice'} ${at}::${escaped(`${aboutFlags(found)} ${hint}`)}\n`;
    })
    .join('');
