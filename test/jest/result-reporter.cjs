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

/**
 * Writes `.results/counts.json` for scripts/test.mjs, which adds up all members and tells at the end what failed. A turbo
 * output, so a cached run brings its counts along.
 */
module.exports = class ResultReporter {
  /** @param {{ rootDir: string }} globalConfig */
  constructor(globalConfig) {
    this.directory = join(globalConfig.rootDir, '.results');
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
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(
      join(this.directory, 'counts.json'),
      `${JSON.stringify({
        passed: results.numPassedTests,
        // A test file that does not even load has no tests to count, yet must not pass.
        failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
        skipped: results.numPendingTests + results.numTodoTests,
        failures: results.testResults.flatMap((file) => this.failuresOf(file)),
      })}\n`,
    );
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
