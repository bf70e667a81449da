import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@flaghoist/core/parse';
import { fleetBeside } from '@flaghoist/fleet/environments';
import { readChecked } from '@flaghoist/fleet/read-file';
import { checkovKind } from '@flaghoist/fleet/reviewed-lists';
import { needs } from '@flaghoist/tools/needs';
import { pythonProgram } from '@flaghoist/tools/python-tools';
import { runProgram } from '@flaghoist/tools/run-program';
import * as z from 'zod/mini';

const lib = join(__dirname, '..', 'lib');
const file = join(fleetBeside(lib), 'checkov-exceptions.yaml');
const exceptions = readChecked(checkovKind, file, readFileSync(file, 'utf8')).value;

const finding = z.looseObject({
  check_id: z.string(),
  check_name: z.string(),
  resource: z.string(),
  file_path: z.string(),
});
const reportSchema = z.looseObject({
  results: z.looseObject({
    passed_checks: z.array(z.unknown()),
    failed_checks: z.array(finding),
    skipped_checks: z.array(finding),
    parsing_errors: z.array(z.unknown()),
  }),
});

const tools = join(__dirname, '..', '..', 'packages', 'tools');
const { it, tool: checkov } = needs(
  () => pythonProgram(tools, { tool: 'checkov', program: 'checkov', variables: process.env }),
  process.env,
);

/** Not a statement about speed: one process reads all sources, beside everything else that a machine does. */
jest.setTimeout(3_600_000);

const scan = async () => {
  const args = [
    '--directory',
    lib,
    '--framework',
    'terraform',
    '--skip-download',
    '--skip-path',
    'node_modules',
    // Tests deploy nothing, and checkov's own parser does not understand all of their language.
    '--skip-path',
    '/test/',
    '--compact',
    '--output',
    'json',
  ];
  // A file that takes longer is left out without a finding; on a busy machine ten seconds are not enough.
  const variables = { ...process.env, HCL_PARSE_TIMEOUT_SEC: '300' };
  const { stdout, stderr } = await runProgram(checkov(), args, { directory: lib, variables });
  const report: unknown = stdout.trim() === '' ? stderr : JSON.parse(stdout);
  return parse(reportSchema, report, { what: 'the report of checkov', hint: stderr }).results;
};

const explains =
  (check: string, resource: string) =>
  (exception: (typeof exceptions)[number]): boolean =>
    exception.check === check &&
    exception.resources.some((start) => resource.replace(/^(module\.\w+(\[[^\]]*\])?\.)+/, '').startsWith(start));

it('has no finding that is not explained, and no explanation without a finding', async () => {
  const {
    passed_checks: passed,
    failed_checks: failed,
    skipped_checks: silenced,
    parsing_errors: unread,
  } = await scan();
  expect(unread).toEqual([]);
  // Not by a comment in a source, nor by a configuration that checkov would find there.
  expect(silenced).toEqual([]);
  expect(readdirSync(lib).filter((name) => name.startsWith('.checkov'))).toEqual([]);
  expect(passed.length).toBeGreaterThan(400);

  const used = new Set(failed.flatMap(({ check_id, resource }) => exceptions.filter(explains(check_id, resource))));
  const unexplained = failed.filter(({ check_id, resource }) => !exceptions.some(explains(check_id, resource)));
  expect(unexplained.map(({ check_id, check_name, resource }) => `${check_id} ${resource}: ${check_name}`)).toEqual([]);
  expect(exceptions.filter((exception) => !used.has(exception))).toEqual([]);
});
