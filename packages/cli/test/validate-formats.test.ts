import { exitCodes } from '../lib/exit-codes.ts';
import { runProgram } from '../lib/program.ts';
import { temporaryFiles } from './files.ts';
import { run } from './run.ts';
import { Sink } from './streams.ts';

const { put } = temporaryFiles('formats');
const at = ['--at', '2026-01-10T10:00Z'];
const fine = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const content = {
  flags: {
    'form-1': { ...fine, defaultVariant: 'may<be>&"%' },
    'form-2': { ...fine, description: 'Two forms,\nnew: and old.' },
    'form-3': fine,
  },
};
const inFormat = (format: string, value: unknown = content) =>
  run(['validate', put('flags one.json', value), ...at, '--format', format]);

it('prints JSON by --format json as by --json', async () => {
  const { stdout } = await inFormat('json');
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'flagd file', errors: 1, warnings: 1, valid: false });
});

it('prints SARIF for code scanning', async () => {
  const { exitCode, stdout } = await inFormat('sarif');
  expect(exitCode).toBe(exitCodes.no);
  const { version, runs } = JSON.parse(stdout);
  expect(version).toBe('2.1.0');
  const [{ tool, results }] = runs;
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['FH-DOC-15', 'FH-VARIANT-03']);
  expect(results).toMatchObject([
    {
      ruleId: 'FH-VARIANT-03',
      ruleIndex: 1,
      level: 'error',
      message: { text: expect.stringMatching(/^form-1: The default variant is "may<be>&\\"%"/) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: expect.stringMatching(/^file:\/\/.*flags%20one\.json$/) },
            region: { startLine: 9, startColumn: 25 },
          },
        },
      ],
    },
    { ruleId: 'FH-DOC-15', level: 'warning' },
  ]);
});

it('prints annotations of GitHub', async () => {
  const { stdout } = await inFormat('github');
  const [error = '', warning = '', ...rest] = stdout.trimEnd().split('\n');
  expect(error).toMatch(/^::error file=.*flags one\.json,line=9,col=25,title=FH-VARIANT-03::form-1: .*may<be>&\\"%25"/);
  expect(warning).toMatch(/^::warning file=.*,line=\d+,col=\d+,title=FH-DOC-15::form-2: /);
  expect(rest).toEqual([]);
});

it('prints JUnit: a case for each flag, and warnings that fail nothing', async () => {
  const { stdout } = await inFormat('junit');
  expect(stdout).toMatch(/<testsuite name=".*flags one\.json" tests="3" failures="1">/);
  expect(stdout.match(/<testcase /g)).toHaveLength(3);
  expect(stdout).toContain(
    '<failure type="FH-VARIANT-03" message="The default variant is &quot;may&lt;be&gt;&amp;\\&quot;%&quot;;',
  );
  expect(stdout).toMatch(/name="form-2">\n\s+<system-out>.*FH-DOC-15/);
  expect(stdout).toMatch(/name="form-3"\/>/);
});

it('writes nothing into XML that may not stand there', async () => {
  const hostile = { flags: { 'form-1': { ...fine, 'a\u0000\u001b[2J\ud800': 1 } } };
  const { stdout } = await inFormat('junit', hostile);
  expect([...stdout].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
  expect(stdout.isWellFormed()).toBe(true);
});

it.each([
  [[], exitCodes.ok],
  [['--max-warnings', '1'], exitCodes.ok],
  [['--max-warnings', '0'], exitCodes.no],
  [['--strict'], exitCodes.no],
  [['--max-warnings', 'many'], exitCodes.usage],
  [['--format', 'xml'], exitCodes.usage],
  [['--format', 'sarif', '--json'], exitCodes.usage],
])('ends one warning with %j by %d', async (args, expected) => {
  const warned = put('warned.json', { flags: { 'form-2': { ...fine, description: 'A form.' } } });
  const { exitCode, stdout } = await run(['validate', warned, ...at, ...args]);
  expect(exitCode).toBe(expected);
  if (args[0] === '--strict') expect(stdout).toContain(': 1 warning\n');
});

it('says how far it is when there are many flags', async () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`team.feature-${index}`, fine]));
  const { exitCode, stderr } = await run(['validate', put('many.json', { flags: many }), ...at]);
  expect(exitCode).toBe(exitCodes.ok);
  expect(stderr.split('\n').slice(0, 2)).toEqual(['500 of 5000 flags', '1000 of 5000 flags']);
});

it('stops at Ctrl-C, without half a report', async () => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const args = ['validate', put('stopped.json', content), ...at];
  const exitCode = await runProgram(args, { stdout, stderr, noColour: true }, AbortSignal.abort());
  expect(exitCode).toBe(exitCodes.interrupted);
  expect(stdout.text).toBe('');
});
