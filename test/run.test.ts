import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
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

it('says of a build that takes its time which part is done, once, and nothing of a quick one', () => {
  const progress = pathToFileURL(join(__dirname, '..', 'scripts', 'build-progress.mjs')).href;
  const script = `
    import { buildProgress } from ${JSON.stringify(progress)};
    let now = 0;
    const { begin, told } = buildProgress(console.log, () => now);
    const at = (seconds, printed) => { now = seconds; told(printed); };
    const rules = '@flaghoist/rules:build: cache miss, executing 1\\n@flaghoist/rules:build: $ build\\n';
    at(0.5, rules);
    at(3, rules);
    at(3.4, rules);
    begin();
    at(61, rules + '@flaghoist/cli:build: cache hit, replaying logs 2\\n');`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^Building hoist\. .*a minute/),
    '  rules is built (3 s)',
    '  cli is built (61 s)',
    '',
  ]);
});

it('lets who waits see what is printed while it runs', () => {
  // It goes on until it was seen.
  const program = `
    const { existsSync } = require('node:fs');
    console.log('half');
    const waiting = setInterval(() => existsSync(process.env.SEEN) && clearInterval(waiting), 10);`;
  const script = `
    import { rmSync, writeFileSync } from 'node:fs';
    import { runQuietly } from ${JSON.stringify(runs)};
    const seen = process.env.SEEN;
    const see = (printed) => { if (printed === 'half\\n') writeFileSync(seen, ''); };
    process.exitCode = await runQuietly(process.execPath, ['-e', ${JSON.stringify(program)}], see);
    rmSync(seen);`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, SEEN: join(tmpdir(), `flaghoist-seen-${process.pid}`) },
  });
  expect(status).toBe(0);
});

it('does not take a build for done that ended well because a signal came', () => {
  const program = `
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);
    process.kill(process.ppid, 'SIGTERM');`;
  expect(quietlyRun(program)).toMatchObject({ status: 143 });
});
