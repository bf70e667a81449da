import type { Found } from '../judge.ts';
import type { Report } from '../judge-inputs.ts';
import { aboutFlags } from './text.ts';

/** Not even escaped may these stand in XML. */
const unwritable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(unwritable, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const lineOf = (found: Found): string =>
  `${found.file}:${found.line}:${found.column} ${found.ruleId} ${aboutFlags(found)} ${found.hint}`;

/** One suite for each file and one case for each flag; what concerns a whole file is a case of its own. Warnings do not fail. */
export const junitReport = ({ files, judged, violations, errors }: Report): string => {
  const names = [...new Set(files.map(({ file }) => file))];
  const keysIn = Map.groupBy(judged, ({ file }) => file);
  const foundIn = Map.groupBy(violations, ({ file }) => file);
  const suites = names.map((file) => {
    const found = Map.groupBy(foundIn.get(file) ?? [], ({ flagKey }) => flagKey);
    const keys = new Set([...(keysIn.get(file) ?? []).map(({ flagKey }) => flagKey), ...found.keys()]);
    const cases = [...keys].map((key) => caseOf(file, key, found.get(key) ?? []));
    const failures = [...found.values()].flat().filter(isError).length;
    return `  <testsuite name="${escaped(file)}" tests="${keys.size}" failures="${failures}">\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="hoist validate" failures="${errors}">\n${suites.join('')}</testsuites>\n`;
};

const isError = ({ severity }: Found): boolean => severity === 'error';

const caseOf = (file: string, key: string, found: readonly Found[]): string => {
  const name = `    <testcase classname="${escaped(file)}" name="${escaped(key === '' ? 'the file' : key)}"`;
  if (found.length === 0) return `${name}/>\n`;
  const failures = found
    .filter(isError)
    .map(
      (one) =>
        `      <failure type="${one.ruleId}" message="${escaped(one.message)}">${escaped(lineOf(one))}</failure>\n`,
    );
  const warnings = found.filter((one) => !isError(one)).map((one) => escaped(lineOf(one)));
  const said = warnings.length === 0 ? '' : `      <system-out>${warnings.join('\n')}</system-out>\n`;
  return `${name}>\n${failures.join('')}${said}    </testcase>\n`;
};
