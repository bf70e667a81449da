import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { catalogue } from '@flaghoist/rules/catalogue';
import { RULES_VERSION } from '@flaghoist/rules/version';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Found } from '../judge.ts';
import type { Report } from '../judge-inputs.ts';
import { aboutFlags } from './text.ts';

/** SARIF 2.1.0, which code scanning of GitHub, GitLab and Azure reads: https://docs.oasis-open.org/sarif/sarif/v2.1.0. */
export const sarifReport = ({ violations }: Report): Log => {
  const ids = [...new Set(violations.map(({ ruleId }) => ruleId))].sort();
  const driver = { name: 'hoist validate', semanticVersion: `${RULES_VERSION}.0.0`, rules: ids.map(descriptorOf) };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        results: violations.map((found) => resultOf(found, ids.indexOf(found.ruleId))),
      },
    ],
  };
};

const descriptorOf = (id: string): ReportingDescriptor => {
  const rule = catalogue.find((one) => one.id === id);
  if (rule === undefined) return { id };
  return {
    id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.rationale },
    help: { text: `hoist rules explain ${id}` },
    defaultConfiguration: { level: rule.severity },
  };
};

const resultOf = (found: Found, ruleIndex: number): Result => ({
  ruleId: found.ruleId,
  ruleIndex,
  level: found.severity,
  message: { text: `${aboutFlags(found)} ${found.hint}`.toWellFormed() },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(found.file) },
        region: { startLine: found.line, startColumn: found.column },
      },
      logicalLocations: [{ fullyQualifiedName: found.pointer, kind: 'member' }],
    },
  ],
  ...(found.waived === undefined
    ? {}
    : {
        suppressions: [
          {
            kind: 'external' as const,
            status: 'accepted' as const,
            justification: `${found.waived.ticket}, until ${found.waived.expires}`,
          },
        ],
      }),
  // A finding stays the same one when lines above it come or go.
  partialFingerprints: { 'place/v1': `${found.ruleId} ${found.file} ${found.pointer}` },
});

const uriOf = (file: string): string =>
  isAbsolute(file) ? pathToFileURL(file).href : encodeURI(file.split(sep).join('/').replace(/^\.\//, ''));
