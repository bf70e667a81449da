import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '@flaghoist/core/parse';
import { dayOf, isEndingSoon } from '@flaghoist/plan-reading/expiry';
import * as z from 'zod/mini';
import { type Files, MANIFEST, manifestOf, manifestProblems } from './manifest.ts';
import { parityPage } from './page/page.ts';
import type { ParityReport } from './report.ts';
import { reportSchema } from './report-schema.ts';

export interface EvidenceInput {
  readonly report: ParityReport;
  /** The text of `environments.json`. */
  readonly environments: string;
  /** The text of `parity.yaml`. */
  readonly allowList: string;
  /** The text of `.terraform.lock.hcl`. */
  readonly lock: string;
  readonly commit: {
    readonly id: string | null;
    /** Whether the tree had changes that are in no commit. */
    readonly dirty: boolean | null;
  };
  /** Versions of the tools beside Terraform and its providers. */
  readonly tools: Readonly<Record<string, string>>;
}

const names = {
  evidence: 'evidence.json',
  report: 'report.json',
  page: 'report.html',
  environments: 'environments.json',
  allowList: 'parity.yaml',
  lock: 'terraform.lock.hcl',
} as const;

const text = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * What an auditor keeps of a run: enough to say what was compared, by which tools, under which allow-list, and with what
 * result. The plans themselves are left out because they may hold secrets; a plan can be checked against its hash.
 */
export const createEvidence = ({ report, environments, allowList, lock, commit, tools }: EvidenceInput): Files => {
  const inputs = {
    [names.environments]: environments,
    [names.allowList]: allowList,
    [names.lock]: lock,
  };
  const reportText = text(report);
  const others = { ...inputs, [names.report]: reportText, [names.page]: parityPage(report) };
  const files = { ...others, [names.evidence]: text(summaryOf(report, others, { commit, tools })) };
  return { ...files, [MANIFEST]: manifestOf(files) };
};

/** The SHA-256 of a bundle's manifest, and so of the whole bundle: whoever keeps it elsewhere can recognise the bundle. */
export const manifestSha256 = (files: Files): string => hash('sha256', files[MANIFEST] ?? '');

/** What `evidence.json` says. All but commit and tools follows from the other files. */
const summaryOf = (report: ParityReport, files: Files, { commit, tools }: Pick<EvidenceInput, 'commit' | 'tools'>) => {
  const digest = (name: string): string => hash('sha256', files[name] ?? '');
  const inputs = [names.environments, names.allowList, names.lock];
  return {
    schema: 1,
    generatedAt: report.generatedAt,
    judgedAt: report.judgedAt,
    stack: report.stack,
    plannedBy: report.plannedBy,
    parity: report.parity,
    counts: report.counts,
    commit,
    tools: { ...tools, ...toolsOf(report) },
    plans: Object.fromEntries(
      report.environments.map(({ name, workspace = name, planSha256 }) => [workspace, planSha256]),
    ),
    inputs: Object.fromEntries(inputs.map((name) => [name, digest(name)])),
    reportSha256: digest(names.report),
  };
};

const toolsOf = ({ environments }: ParityReport): Readonly<Record<string, string>> => {
  const versions = (read: (environment: (typeof environments)[number]) => string | undefined): string =>
    [...new Set(environments.map((each) => read(each) ?? 'none'))].join(', ');
  const providers = new Set(environments.flatMap((each) => Object.keys(each.providers)));
  return {
    terraform: versions(({ terraformVersion }) => terraformVersion),
    ...Object.fromEntries([...providers].map((source) => [source, versions((each) => each.providers[source])])),
  };
};

const evidenceSchema = z.looseObject({
  commit: z.strictObject({ id: z.nullable(z.string()), dirty: z.nullable(z.boolean()) }),
  tools: z.record(z.string(), z.string()),
});

/**
 * Whether a kept bundle is complete, unchanged and of one piece. Who changes all files so that they fit each other again is
 * found only by the hash of the manifest.
 *
 * @param files all files of the bundle, the manifest among them
 * @param expectedManifest the SHA-256 of its manifest, as it was kept elsewhere
 * @returns what is wrong; empty when nothing is
 * @throws {InvalidInputError} for files that say what no bundle says
 */
export const verifyEvidence = (files: Files, expectedManifest?: string): readonly string[] => {
  const { [MANIFEST]: manifest, ...others } = files;
  if (manifest === undefined) return [`${MANIFEST}: is missing`];
  if (expectedManifest !== undefined && manifestSha256(files) !== expectedManifest.toLowerCase()) {
    return [`${MANIFEST}: its SHA-256 is ${manifestSha256(files)}, and not ${expectedManifest}`];
  }
  const known: readonly string[] = Object.values(names);
  const problems = [
    ...manifestProblems(manifest, others),
    ...known.filter((name) => !Object.hasOwn(others, name)).map((name) => `${name}: is missing`),
  ];
  if (problems.length > 0) return [...new Set(problems)];
  const added = Object.keys(others).filter((name) => !known.includes(name));
  return [...added.map((name) => `${name}: is no part of a bundle`), ...contradictions(others)];
};

/** A manifest proves that nothing changed after it was written; this proves that the parts belong together. */
const contradictions = (files: Files): readonly string[] => {
  const read = <T extends z.ZodMiniType>(schema: T, name: string): z.output<T> =>
    parseJson(schema, files[name] ?? '', { what: name, hint: 'Use a bundle as hoist parity --evidence wrote it.' });
  const evidence: Readonly<Record<string, unknown>> & z.output<typeof evidenceSchema> = read(
    evidenceSchema,
    names.evidence,
  );
  const report = read(reportSchema, names.report);
  const summary: Readonly<Record<string, unknown>> = summaryOf(report, files, evidence);
  const members = new Set([...Object.keys(summary), ...Object.keys(evidence)]);
  return [
    ...[...members]
      .filter((member) => !isDeepStrictEqual(evidence[member], summary[member]))
      .map((member) => `${names.evidence}: ${member} is not what the other files say`),
    ...(addsUp(report) ? [] : [`${names.report}: parity and counts are not those of its differences`]),
    ...(files[names.page] === parityPage(report)
      ? []
      : [`${names.page}: is not the page that this version of hoist makes of ${names.report}`]),
  ];
};

const addsUp = ({
  parity,
  counts,
  differences,
  notCompared,
  entryProblems,
  allowList,
  judgedAt,
}: ParityReport): boolean => {
  const violations = differences.filter(({ status }) => status === 'violation').length;
  return (
    parity === (violations === 0 && entryProblems.length === 0) &&
    allowList.every(
      ({ expires, endsSoon }) =>
        endsSoon === undefined || endsSoon === isEndingSoon({ expires }, dayOf(Date.parse(judgedAt))),
    ) &&
    isDeepStrictEqual(counts, {
      compared: counts.identical + counts.madeAlike + differences.length,
      identical: counts.identical,
      madeAlike: counts.madeAlike,
      allowed: differences.length - violations,
      undecided: differences.filter(({ kind }) => kind === 'undecided').length,
      violations,
      notCompared: notCompared.length,
      entryProblems: entryProblems.length,
    })
  );
};
