import { exitCodes } from '../lib/exit-codes.ts';
import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';

const run = async (...args: string[]) => {
  const stdout = new Sink();
  const stderr = new Sink();
  const exitCode = await runProgram(args, { stdout, stderr, noColour: false }, new AbortController().signal);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};

it('shows its commands', async () => {
  const { exitCode, stdout } = await run('--help');
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toContain('up [options]');
});

it('shows examples and exit codes of a command', async () => {
  const { exitCode, stdout } = await run('up', '--help');
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toContain('hoist up --once --json');
  expect(stdout).toContain('Exit codes:');
});

it.each([[['sail']], [['up', '--sail']], [[]]])('refuses %j as wrong use, on standard error', async (args) => {
  const { exitCode, stdout, stderr } = await run(...args);
  expect(exitCode).toBe(exitCodes.usage);
  expect(stdout).toBe('');
  expect(stderr).not.toBe('');
});

it('says that it has no help for what there is not', async () => {
  const { exitCode, stdout, stderr } = await run('help', 'validatee');
  expect(exitCode).toBe(exitCodes.usage);
  expect(stdout).toBe('');
  expect(stderr).toContain("unknown command 'validatee'\n(Did you mean validate?)");
  expect((await run('help', 'validate')).stdout).toContain('Usage: hoist validate');
});

it('says what is wrong with a file, and what to do', async () => {
  const { exitCode, stderr } = await run('up', '--topology', 'no-such-file.json');
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stderr).toMatch(/FH_UNREADABLE_FILE: no-such-file\.json cannot be read/);
  expect(stderr).toMatch(/^hint: /m);
});

it('says it as JSON when asked to', async () => {
  const { exitCode, stdout, stderr } = await run('up', '--json', '--topology', 'no-such-file.json');
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'FH_UNREADABLE_FILE' } });
  expect(stderr).toBe('');
});

it.each([
  [['sail', '--json'], 'hoist help'],
  [['validate', '--json'], 'hoist validate --help'],
  [['validate', 'x', '--format', 'json', '--sail'], 'hoist validate --help'],
  [['rules', 'explain', '--json'], 'hoist rules explain --help'],
])('says %j, which is wrong use, as one document too', async (args, help) => {
  const { exitCode, stdout, stderr } = await run(...args);
  expect(exitCode).toBe(exitCodes.usage);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'FH_USAGE', hint: `${help} shows what there is.` } });
  expect(stderr).toBe('');
});

it.each([
  [['sail'], 'hoist help'],
  [['up', '--sail'], 'hoist up --help'],
  [['rules', 'explain'], 'hoist rules explain --help'],
])('sends who misuses %j to the help that describes it', async (args, help) => {
  expect((await run(...args)).stderr).toContain(`\n(${help} shows what there is)\n`);
});

it.each([['--version'], ['-V']])('says its version, and that of the rules, by %s', async (option) => {
  const { exitCode, stdout } = await run(option);
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toMatch(/^hoist \d+\.\d+\.\d+, rules \d+\n$/);
});
