/**
 * @typedef {{ test: string, message: string }} Failure
 * @typedef {{ passed: number, failed: number, skipped: number, failures?: readonly Failure[] }} Counts
 * @typedef {Counts & { name: string, seconds: number, failures: readonly Failure[] }} Suite
 * @typedef {{
 *   taskId: string,
 *   task: string,
 *   package: string,
 *   directory: string,
 *   command: string,
 *   cache?: { status: string, timeSaved?: number },
 *   execution?: { startTime: number, endTime: number, exitCode: number | null },
 * }} TurboTask
 * @typedef {{ tasks: TurboTask[] }} TurboSummary
 */

const testTasks = new Set(['test', 'test:workspace']);

/** @param {TurboTask} task */
const secondsOf = ({ execution }) => (execution === undefined ? 0 : (execution.endTime - execution.startTime) / 1000);

/**
 * One suite per task of turbo's plan. A test task counts what its result file says; any other task counts as one.
 * A test task without a result file, a task that turbo never ran, and a task that failed although its result file shows no
 * failure, count as one failed. A turbo that is interrupted leaves what it has not begun out of its summary, and exits
 * with 0: only the plan tells what is missing.
 * @param {TurboSummary} plan what `turbo run --dry=json` prints
 * @param {TurboSummary} summary of the run
 * @param {(directory: string) => Counts | undefined} readResult
 * @returns {Suite[]}
 */
export const countsOf = (plan, summary, readResult) => {
  const run = new Map(summary.tasks.map((task) => [task.taskId, task]));
  return (
    plan.tasks
      .map((task) => run.get(task.taskId) ?? task)
      // turbo also lists members that have no such script, and the task that only carries hashes.
      .filter(({ command }) => command !== '<NONEXISTENT>')
      .map((task) => {
        const succeeded = task.execution?.exitCode === 0;
        const counts = testTasks.has(task.task)
          ? (readResult(task.directory) ?? { passed: 0, failed: 1, skipped: 0 })
          : { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
        const hidden = !succeeded && counts.failed === 0 ? 1 : 0;
        return {
          name: `${task.package.replace('@flaghoist/', '').replace('//', 'workspace')} ${task.task}`,
          passed: counts.passed,
          failed: counts.failed + hidden,
          skipped: counts.skipped,
          seconds: secondsOf(task),
          failures: counts.failures ?? [],
        };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  );
};

/**
 * @param {readonly Counts[]} suites
 * @returns {Counts}
 */
export const total = (suites) =>
  suites.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );

/** @param {readonly Suite[]} suites */
export const table = (suites) => {
  const width = Math.max(...suites.map(({ name }) => name.length), 'suite'.length);
  const row = (/** @type {string} */ name, /** @type {string[]} */ ...cells) =>
    `${name.padEnd(width)}  ${cells.map((cell) => cell.padStart(7)).join('  ')}`;
  return [
    row('suite', 'passed', 'failed', 'seconds'),
    ...suites.map(({ name, passed, failed, seconds }) => row(name, `${passed}`, `${failed}`, seconds.toFixed(1))),
  ].join('\n');
};

/**
 * What failed, by name, where the eye ends after a long run.
 *
 * @param {readonly Suite[]} suites
 * @returns {string} empty when nothing failed
 */
export const failuresOf = (suites) =>
  suites
    .filter(({ failed }) => failed > 0)
    .flatMap(({ name, failures }) =>
      failures.length > 0
        ? failures.map(({ test, message }) => `FAILED ${name}: ${test}\n${message.replace(/^/gm, '  ')}`)
        : [`FAILED ${name}: its own output, above, says why`],
    )
    .join('\n\n');
