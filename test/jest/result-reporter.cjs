const { spawnSync } = require('node:child_process');
const { mkdirSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');

/** Of a failure's message, what fits on a screen among others: the whole stands where it happened. */
const LINES = 30;
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const framesOfOthers = /^ +at .*node_modules/;
const shortened = (/** @type {string} */ message) =>
  message
    .replace(colours, '')
    .trim()
    .split('\n')
    .filter((line) => !framesOfOthers.test(line))
    .slice(0, LINES)
    .join('\n');

/** What jest may still have to do when its last test has ended. A program that a test left behind keeps jest from ending at all. */
const LEFT_BEHIND_MS = 30_000;

/** @returns {{ pid: number, command: string }[]} what this process has started and not ended */
const childrenLeft = () => {
  const { pid, stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return (stdout ?? '')
    .split('\n')
    .map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line))
    .flatMap((found) => (found ? [{ pid: Number(found[1]), parent: Number(found[2]), command: found[3] ?? '' }] : []))
    .filter((child) => child.parent === process.pid && child.pid !== pid);
};

/**
 * Writes `.results/counts.json` for scripts/test.mjs, which adds up all members and tells at the end what failed. A turbo
 * output, so a cached run brings its counts along.
 */
module.exports = class ResultReporter {
  /**
   * @param {{ rootDir: string }} globalConfig
   * @param {{ leftBehindMs?: number }} [options]
   */
  constructor(globalConfig, { leftBehindMs = LEFT_BEHIND_MS } = {}) {
    this.directory = join(globalConfig.rootDir, '.results');
    this.leftBehindMs = leftBehindMs;
  }

  /**
   * @param {unknown} _contexts
   * @param {Record<'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites' | 'numPendingTests' | 'numTodoTests', number> & {
   *   testResults: {
   *     testFilePath: string,
   *     failureMessage?: string | null,
   *     testExecError?: unknown,
   *     testResults: { status: string, fullName: string, failureMessages: string[] }[],
   *   }[],
   * }} results
   */
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A test file that does not even load has no tests to count, yet must not pass.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      failures: results.testResults.flatMap((file) => this.failuresOf(file)),
    };
    this.write(counts);
    // biome-ignore lint/plugin: no test waits for it, it is there when jest does not end
    setTimeout(() => this.endWith(counts), this.leftBehindMs).unref();
  }

  /** @param {object} counts */
  write(counts) {
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, 'counts.json'), `${JSON.stringify(counts)}\n`);
  }

  /**
   * Ends a run that would wait for ever for what a test left behind, and counts that as a failure.
   *
   * @param {{ failed: number, failures: { test: string, message: string }[] }} counts
   */
  endWith(counts) {
    const left = childrenLeft();
    spawnSync('kill', ['-KILL', ...left.map(({ pid }) => String(pid))]);
    const what = left.length > 0 ? left.map(({ command }) => command) : process.getActiveResourcesInfo();
    const message = `The tests have ended, jest cannot: a test left behind\n${what.join('\n')}`;
    process.stderr.write(`${message}\n`);
    const failure = { test: 'after the last test', message: shortened(message) };
    this.write({ ...counts, failed: counts.failed + 1, failures: [...counts.failures, failure] });
    process.exit(1);
  }

  /**
   * @param {{
   *   testFilePath: string,
   *   failureMessage?: string | null,
   *   testExecError?: unknown,
   *   testResults: { status: string, fullName: string, failureMessages: string[] }[],
   * }} file
   */
  failuresOf({ testFilePath, failureMessage, testExecError, testResults }) {
    const file = relative(this.directory, testFilePath).replace(/^\.\.\//, '');
    if (testExecError !== undefined && testExecError !== null)
      return [{ test: file, message: shortened(failureMessage ?? '') }];
    return testResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        test: `${file}: ${fullName}`,
        message: shortened(failureMessages.join('\n')),
      }));
  }
};
