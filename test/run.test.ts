import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const runs = pathToFileURL(join(__dirname, '..', 'scripts', 'run.mjs')).href;

/** What is said, and the exit code, when a program is run. */
const quietlyRun = (program: string) => {
  const script = `
    import { runQuietly } from ${JSON.stringify(runs)};
    process.exitCode = await runQuietly(process.execPath, ['-e', ${JSON.stringify(program)}]);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

/** The same of one that prints on both streams and ends so. */
const quietly = (exitCode: number) =>
  quietlyRun(`console.log('how it went'); console.error('what was wrong'); process.exitCode = ${exitCode};`);

it('builds before a command without a word when all went well', () => {
  expect(quietly(0)).toEqual({ status: 0, stdout: '', stderr: '' });
});

it('shows on standard error all that a build said that failed, and ends like it', () => {
  expect(quietly(3)).toEqual({ status: 3, stdout: '', stderr: 'how it went\nwhat was wrong\n' });
});

it('does not take a build for done that ended well because a signal came', () => {
  const program = `
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);
    process.kill(process.ppid, 'SIGTERM');`;
  expect(quietlyRun(program)).toMatchObject({ status: 143 });
});
