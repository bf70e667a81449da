import * as z from 'zod/mini';

/** One line of `terraform test -json`; of the many kinds, those that tell how a run ended and why. */
const lineSchema = z.looseObject({
  '@testfile': z.optional(z.string()),
  '@testrun': z.optional(z.string()),
  test_run: z.optional(z.object({ path: z.string(), run: z.string(), status: z.optional(z.string()) })),
  diagnostic: z.optional(
    z.looseObject({
      severity: z.string(),
      summary: z.string(),
      detail: z.optional(z.string()),
      range: z.optional(z.looseObject({ filename: z.string(), start: z.looseObject({ line: z.number() }) })),
    }),
  ),
});

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** For people: a line per run, and what went wrong. */
  readonly lines: readonly string[];
}

const marks: Readonly<Record<string, string>> = { pass: '✓', skip: '-' };

const parsedLines = (stdout: string) =>
  stdout.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const parsed = lineSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  });

/** Reads what `terraform test -json` wrote. An error outside of any run (a file that does not parse) counts as a failure. */
export const readTestReport = (stdout: string): TestReport => {
  const all = parsedLines(stdout);
  const runs = all.flatMap(({ test_run: run }) => (run?.status === undefined ? [] : [{ ...run, status: run.status }]));
  const errors = all.flatMap(({ diagnostic, ...rest }) =>
    diagnostic?.severity === 'error' ? [{ ...diagnostic, inRun: rest['@testrun'] !== undefined }] : [],
  );
  const failed = runs.filter(({ status }) => status !== 'pass' && status !== 'skip').length;
  return {
    passed: runs.filter(({ status }) => status === 'pass').length,
    failed: failed === 0 && errors.some(({ inRun }) => !inRun) ? 1 : failed,
    skipped: runs.filter(({ status }) => status === 'skip').length,
    lines: [
      ...runs.map(({ path, run, status }) => `${marks[status] ?? '✗'} ${path}: ${run.replaceAll('_', ' ')}`),
      ...errors.map(
        ({ summary, detail, range }) =>
          `${range === undefined ? '' : `${range.filename}:${range.start.line} `}${summary}: ${detail ?? ''}`,
      ),
    ],
  };
};
