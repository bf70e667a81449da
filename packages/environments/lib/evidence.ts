import { hash } from 'node:crypto';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { type Files, MANIFEST, manifestOf, manifestProblems } from './manifest.ts';
import type { ParityReport } from './report.ts';

export interface EvidenceInput {
  readonly report: ParityReport;
  /** The page made of the report. */
  readonly page: string;
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
 * What an auditor keeps of a run: enough to say what was compared, by which tools, under which allow-list, and what came
 * of it. The plans themselves stay out, as they may hold secrets; their hashes tell whether a plan is one of these.
 */
export const createEvidence = ({
  report,
  page,
  environments,
  allowList,
  lock,
  commit,
  tools,
}: EvidenceInput): Files => {
  const inputs = {
    [names.environments]: environments,
    [names.allowList]: allowList,
    [names.lock]: lock,
  };
  const reportText = text(report);
  const digests = Object.fromEntries(Object.entries(inputs).map(([name, content]) => [name, hash('sha256', content)]));
  const evidence = {
    schema: 1,
    generatedAt: report.generatedAt,
    stack: report.stack,
    parity: report.parity,
    counts: report.counts,
    commit,
    tools: { ...tools, ...toolsOf(report) },
    plans: Object.fromEntries(report.environments.map(({ name, planSha256 }) => [name, planSha256])),
    inputs: digests,
    reportSha256: hash('sha256', reportText),
  };
  const files = { ...inputs, [names.evidence]: text(evidence), [names.report]: reportText, [names.page]: page };
  return { ...files, [MANIFEST]: manifestOf(files) };
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
  parity: z.boolean(),
  counts: z.record(z.string(), z.number()),
  inputs: z.record(z.string(), z.string()),
  reportSha256: z.string(),
});

/**
 * Whether a kept bundle is complete, unchanged and of one piece.
 *
 * @param files all files of the bundle, the manifest among them
 * @returns what is wrong; empty when nothing is
 */
export const verifyEvidence = (files: Files): readonly string[] => {
  const { [MANIFEST]: manifest, ...others } = files;
  if (manifest === undefined) return [`${MANIFEST}: is missing`];
  const problems = manifestProblems(manifest, others);
  const missing = Object.values(names).filter((name) => !Object.hasOwn(others, name));
  if (problems.length > 0 || missing.length > 0) {
    return [...new Set([...problems, ...missing.map((name) => `${name}: is missing`)])];
  }
  // A manifest proves that nothing changed after it was written; these prove that the parts belong together.
  const hint = 'Use a bundle as hoist parity --evidence wrote it.';
  const evidence = parse(evidenceSchema, JSON.parse(others[names.evidence] ?? ''), { what: names.evidence, hint });
  const claims = { ...evidence.inputs, [names.report]: evidence.reportSha256 };
  return Object.entries(claims).flatMap(([name, digest]) =>
    hash('sha256', others[name] ?? '') === digest ? [] : [`${name}: is not the one of ${names.evidence}`],
  );
};
