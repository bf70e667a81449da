import type { Report } from '../judge-inputs.ts';

/** The report for programs. One file stands at the top too, as before there could be several. */
export const jsonReport = (report: Report, valid: boolean): unknown => {
  const { files, judged, violations, errors, warnings, waived, skipped, notAsked, proposalDigest } = report;
  const [first] = files;
  return {
    ...(files.length === 1 && first !== undefined ? { file: first.file, kind: first.kind } : {}),
    files,
    flags: judged.length,
    valid,
    errors,
    warnings,
    waived,
    ...(proposalDigest === undefined ? {} : { proposalDigest }),
    violations,
    skipped,
    notAsked,
  };
};
