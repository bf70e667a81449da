import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlaghoistError } from '@flaghoist/core/errors';
import { exitCodeOf, exitCodes, exitCodesTable } from '../lib/exit-codes.ts';
import { run } from './run.ts';

const PACKAGES = join(__dirname, '..', '..');

it('says each code once, in order', () => {
  const codes = Object.values(exitCodes);
  expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
});

it('shows the table in its help', async () => {
  const { stdout } = await run(['--help']);
  expect(stdout).toContain(exitCodesTable());
});

it('has the same table in the README', () => {
  const rows = readFileSync(join(PACKAGES, 'cli', 'README.md'), 'utf8').match(
    /(?<=^\| exit code \| meaning \|\n\| --- \| --- \|\n)(?:\|.*\n)+/m,
  );
  const shown = exitCodesTable()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/ {2,}/));
  expect(rows?.[0]).toBe(shown.map(([code, means]) => `| ${code} | ${means} |\n`).join(''));
});

it.each([
  [['rules', 'explain', 'FH-NOPE-01'], 'usage'],
  [['validate', 'no-such-file.json'], 'unreadable'],
  [['validate', __filename, '--at', 'tomorrow'], 'usage'],
  [['validate', __filename], 'unreadable'],
  [['rules', 'waivers', '--file', 'no-such-file.json'], 'unreadable'],
  [['up', '--topology', 'no-such-file.json'], 'unreadable'],
  [['parity', '--sources', __dirname], 'unreadable'],
  [['parity', '--stack', 'nowhere'], 'usage'],
  [['parity', '--verify', 'no-such-folder'], 'unreadable'],
  [['drift', 'dev', '--root', 'nowhere'], 'unreadable'],
  [['drift', 'dev', '--tag', 'environment'], 'usage'],
] as const)('%j ends as the table says: %s', async (args, name) => {
  const { exitCode, stderr } = await run(args);
  expect({ exitCode, stderr }).toEqual({ exitCode: exitCodes[name], stderr: expect.stringMatching(/\S/) });
});

/** The packages that a command of hoist runs, and those that they run. */
const reached = (): ReadonlySet<string> => {
  const found = new Set(['cli']);
  for (const name of found) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8'));
    for (const each of Object.keys(dependencies)) {
      const [, own] = /^@flaghoist\/(.+)$/.exec(each) ?? [];
      if (own !== undefined) found.add(own);
    }
  }
  return found;
};

const codesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap(
      (file) => readFileSync(join(folder, file), 'utf8').match(/(?<=^ {2}readonly code = ')FH_\w+(?=';$)/gm) ?? [],
    );

class Coded extends FlaghoistError {
  readonly code: string;

  constructor(code: string) {
    super(code, { hint: '', retryable: false });
    this.code = code;
  }
}

/** What ends a command only by a defect: of the simulated world, and of Terraform run otherwise than drift may. */
const defects = [
  'FH_CACHE_REFUSED',
  'FH_LOST_OUTPUT',
  'FH_QUERY_FAILED',
  'FH_REFUSED_BY_RULES',
  'FH_STEP_BUDGET_EXCEEDED',
  'FH_TABLES_OUTDATED',
  'FH_WORKFLOW_FAILED',
  'FH_WOULD_WRITE',
];

it('has an ending for each error that a command can end with', () => {
  const codes = new Set([...reached()].flatMap((name) => codesIn(join(PACKAGES, name, 'lib'))));
  expect(codes.size).toBeGreaterThan(15);
  expect([...codes].filter((code) => exitCodeOf(new Coded(code)) === exitCodes.defect).sort()).toEqual(defects);
});
