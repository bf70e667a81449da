import { countsOf, failuresOf, table, total } from '../scripts/tally.mjs';

const task = (taskId: string, exitCode: number | null | undefined, command = 'run it') => {
  const [packageName = '', name = ''] = taskId.split('#');
  return {
    taskId,
    task: name,
    package: packageName,
    directory: packageName === '//' ? '' : packageName.replace('@flaghoist', 'packages'),
    command,
    ...(exitCode !== undefined && { execution: { startTime: 1000, endTime: 3500, exitCode } }),
  };
};

const results = {
  'packages/core': { passed: 7, failed: 0, skipped: 1 },
  'packages/rules': { passed: 5, failed: 2, skipped: 0 },
};
const readResult = (directory: string) => (results as Record<string, (typeof results)['packages/core']>)[directory];

const count = (...tasks: ReturnType<typeof task>[]) =>
  countsOf({ tasks }, { tasks }, readResult).map(({ name, passed, failed, skipped }) => [
    name,
    passed,
    failed,
    skipped,
  ]);

describe('the tally of a run', () => {
  it('takes test counts from the result file', () => {
    expect(count(task('@flaghoist/core#test', 0), task('@flaghoist/rules#test', 1))).toEqual([
      ['core test', 7, 0, 1],
      ['rules test', 5, 2, 0],
    ]);
  });

  it('counts lint, knip, typecheck and build as one each', () => {
    expect(count(task('//#lint', 0), task('@flaghoist/core#typecheck', 2))).toEqual([
      ['core typecheck', 0, 1, 0],
      ['workspace lint', 1, 0, 0],
    ]);
  });

  it('counts a test task without a result file as failed, even when it ended well', () => {
    expect(count(task('@flaghoist/cli#test', 0))).toEqual([['cli test', 0, 1, 0]]);
  });

  it('counts a task that ended badly as failed, even when its result file shows no failure', () => {
    expect(count(task('@flaghoist/core#test', 1))).toEqual([['core test', 7, 1, 1]]);
  });

  it('counts a task that turbo never started, or that a signal ended, as failed', () => {
    expect(count(task('@flaghoist/cli#build', undefined), task('//#knip', null))).toEqual([
      ['cli build', 0, 1, 0],
      ['workspace knip', 0, 1, 0],
    ]);
  });

  it('counts a task that was planned and is not in the summary as failed, as after an interruption', () => {
    const plan = { tasks: [task('@flaghoist/core#test', undefined), task('@flaghoist/cli#build', undefined)] };
    const suites = countsOf(plan, { tasks: [task('@flaghoist/core#test', 0)] }, readResult);
    expect(suites.map(({ name, passed, failed }) => [name, passed, failed])).toEqual([
      ['cli build', 0, 1],
      ['core test', 7, 0],
    ]);
  });

  it('leaves out members that have no such script', () => {
    expect(count(task('@flaghoist/core#build', undefined, '<NONEXISTENT>'))).toEqual([]);
  });

  it('adds up, and prints a row per suite', () => {
    const tasks = [task('@flaghoist/core#test', 0), task('//#lint', 1)];
    const suites = countsOf({ tasks }, { tasks }, readResult);
    expect(total(suites)).toEqual({ passed: 7, failed: 1, skipped: 1 });
    expect(table(suites).split('\n')).toEqual([
      'suite            passed   failed  seconds',
      'core test             7        0      2.5',
      'workspace lint        0        1      2.5',
    ]);
  });

  it('names at the end what failed and why, and points at the output of what has no names', () => {
    const tasks = [task('@flaghoist/core#test', 1), task('//#lint', 1), task('@flaghoist/cli#build', 0)];
    const failures = [{ test: 'test/order.test.ts: orders compare', message: 'expected 1\nreceived 2' }];
    const suites = countsOf({ tasks }, { tasks }, () => ({ passed: 6, failed: 1, skipped: 0, failures }));
    expect(failuresOf(suites).split('\n')).toEqual([
      'FAILED core test: test/order.test.ts: orders compare',
      '  expected 1',
      '  received 2',
      '',
      'FAILED workspace lint: its own output, above, says why',
    ]);
    expect(failuresOf(suites.filter(({ failed }) => failed === 0))).toBe('');
  });
});
