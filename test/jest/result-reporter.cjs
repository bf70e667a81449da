const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Writes `.results/counts.json` for scripts/test.mjs, which adds up all members. A turbo output, so a cached run brings its
 * counts along.
 */
module.exports = class ResultReporter {
  /** @param {{ rootDir: string }} globalConfig */
  constructor(globalConfig) {
    this.directory = join(globalConfig.rootDir, '.results');
  }

  /**
   * @param {unknown} _contexts
   * @param {Record<'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites' | 'numPendingTests' | 'numTodoTests', number>} results
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
      })}\n`,
    );
  }
};
