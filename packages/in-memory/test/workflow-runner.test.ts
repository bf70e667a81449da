import { UnavailableError } from '@flaghoist/core/errors';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { loadStateMachine } from '@flaghoist/in-memory/states-language';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import type { FinishedExecution, WorkflowFunction } from '@flaghoist/in-memory/workflow-execution';
import { WorkflowRunner, type WorkflowRunnerOptions } from '@flaghoist/in-memory/workflow-runner';

type Functions = Record<string, WorkflowFunction>;

const runnerOf = (definition: object, functions: Functions = {}, options: Partial<WorkflowRunnerOptions> = {}) => {
  const scheduler = new VirtualScheduler();
  const runner = new WorkflowRunner({
    machine: loadStateMachine(JSON.stringify(definition)),
    functions: new Map(Object.entries(functions)),
    scheduler,
    random: new SeededRandom(1),
    name: 'test',
    region: 'eu-west-1',
    ...options,
  });
  return { scheduler, runner };
};

const run = async (definition: object, functions: Functions = {}, input: unknown = {}): Promise<FinishedExecution> => {
  const { scheduler, runner } = runnerOf(definition, functions);
  runner.start(JSON.stringify(input));
  await scheduler.runUntilIdle();
  const [ended] = runner.executions;
  if (ended === undefined) throw new Error('the execution never ended');
  return ended;
};

/** One task, then the end. */
const single = (task: object): object => ({
  StartAt: 'Only',
  States: { Only: { Type: 'Task', Resource: 'f', End: true, ...task } },
});
const echo: WorkflowFunction = async (input) => input;
const failing = (times: number, error: Error): WorkflowFunction & { calls: number } => {
  const call = Object.assign(
    async () => {
      call.calls += 1;
      if (call.calls <= times) throw error;
      return 'done';
    },
    { calls: 0 },
  );
  return call;
};
const retryAll = (over: object = {}): object => ({ Retry: [{ ErrorEquals: ['States.ALL'], ...over }] });

describe('a workflow’s data', () => {
  it('reaches a function as a copy, and comes back as one', async () => {
    const seen: unknown[] = [];
    const kept = { list: [1] };
    const input = { a: { b: 1 } };
    const f: WorkflowFunction = async (given) => {
      seen.push(given);
      return kept;
    };
    const ended = await run(single({}), { f }, input);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: kept, path: ['Only'] });
    expect(ended.output).not.toBe(kept);
    expect(seen).toEqual([input]);
  });

  it('is picked, filled in, selected and put back', async () => {
    const task = {
      InputPath: '$.detail',
      Parameters: {
        fixed: 1,
        nested: { 'key.$': '$.key' },
        list: [{ 'all.$': '$' }],
        'at.$': '$$.Execution.StartTime',
      },
      ResultSelector: { 'picked.$': '$.nested.key' },
      ResultPath: '$.answers.first',
      OutputPath: '$.answers',
    };
    const inputs: unknown[] = [];
    const f: WorkflowFunction = async (input) => {
      inputs.push(input);
      return input;
    };
    const ended = await run(single(task), { f }, { detail: { key: 'k' } });
    const at = '2026-01-01T00:00:00.000Z';
    expect(inputs).toEqual([{ fixed: 1, nested: { key: 'k' }, list: [{ all: { key: 'k' } }], at }]);
    expect(ended.output).toEqual({ first: { picked: 'k' } });
  });

  describe('that is computed', () => {
    const computed = (call: string, input: unknown, random = new SeededRandom(1)) => {
      const definition = {
        StartAt: 'Only',
        States: { Only: { Type: 'Pass', Parameters: { 'n.$': call }, End: true } },
      };
      const { runner, scheduler } = runnerOf(definition, {}, { random });
      runner.start(JSON.stringify(input));
      return scheduler.runUntilIdle().then(() => runner.executions[0]);
    };

    it('is a sum of whole numbers', async () => {
      expect(await computed('States.MathAdd($.n, 1)', { n: 41 })).toMatchObject({ output: { n: 42 } });
      expect(await computed('States.MathAdd(-1, -2)', {})).toMatchObject({ output: { n: -3 } });
    });

    it('is a whole number by chance, from the first on and below the second', async () => {
      const seen: unknown[] = [];
      const random = new SeededRandom(1);
      for (let run = 0; run < 100; run += 1) {
        const ended = await computed('States.MathRandom(1, $.end)', { end: 4 }, random);
        seen.push(ended?.output);
      }
      expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(new Set(['{"n":1}', '{"n":2}', '{"n":3}']));
    });

    it.each(['1', 1.5, null])('is none of %j', async (n) => {
      expect(await computed('States.MathAdd($.n, 1)', { n })).toMatchObject({ error: 'States.IntrinsicFailure' });
    });

    it.each([
      ["States.Format('{}/{}', $.a, 'x')", { a: 'b{}' }, 'b{}/x'],
      ["States.StringSplit($.a, '/')", { a: '//b/c//d/' }, ['b', 'c', 'd']],
      ["States.StringSplit($.a, ':\"')", { a: '"b:c"' }, ['b', 'c']],
      ["States.StringSplit($$.Execution.StartTime, ':')", {}, ['2026-01-01T00', '00', '00.000Z']],
      ["States.Hash('abc', 'SHA-256')", {}, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ])('is what %s makes of texts', async (call, input, n) => {
      expect(await computed(call, input)).toMatchObject({ output: { n } });
    });

    it.each(["States.Format('{}', $.n)", "States.Format('{}{}', 'a')", "States.StringSplit($.n, '/')"])(
      'is none of %s, where a text is missing',
      async (call) => {
        expect(await computed(call, { n: 1 })).toMatchObject({ error: 'States.IntrinsicFailure' });
      },
    );

    it.each(['States.MathAdd(1)', 'States.MathAdd(1, States.MathAdd(1, 2))', "States.Hash('a')", 'States.UUID()'])(
      'is refused as %s, which this runner does not know',
      (call) => {
        expect(() => runnerOf(single({ Parameters: { 'n.$': call } }))).toThrow(/n\.\$/);
      },
    );
  });

  it('keeps the input when the result path is null', async () => {
    expect((await run(single({ ResultPath: null }), { f: async () => 'lost' }, { a: 1 })).output).toEqual({ a: 1 });
  });

  it('is a null when a function gives nothing back', async () => {
    expect((await run(single({}), { f: async () => undefined })).output).toBeNull();
  });

  it.each([
    ['a path that leads nowhere', { Parameters: { 'a.$': '$.missing' } }, 'States.ParameterPathFailure'],
    ['what objects inherit', { Parameters: { 'a.$': '$.toString' } }, 'States.ParameterPathFailure'],
    ['a result path through a number', { ResultPath: '$.number.inner' }, 'States.ResultPathMatchFailure'],
  ])('fails for %s', async (_what, task, error) => {
    expect(await run(single(task), { f: echo }, { number: 1 })).toMatchObject({ status: 'FAILED', error });
  });

  it('may not exceed 256 KiB, at the start, between states or at the end', async () => {
    const big = 'x'.repeat(256 * 1024);
    const { runner } = runnerOf(single({}), { f: echo });
    expect(() => runner.start(JSON.stringify(big))).toThrow('States.DataLimitExceeded');
    const ended = await run(single(retryAll()), { f: async () => big });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(ended.endedAt).toBe(ended.startedAt);
    expect(await run(single({}), { f: async () => big.slice(2) })).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('may not grow beyond 256 KiB as a whole either', async () => {
    const half = 'x'.repeat(150 * 1024);
    const definition = {
      StartAt: 'Grow',
      States: { Grow: { Type: 'Task', Resource: 'f', ResultPath: '$.more', Next: 'End' }, End: { Type: 'Succeed' } },
    };
    const ended = await run(definition, { f: async () => half }, { half });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded', path: ['Grow'] });
  });

  it('passes Pass and Succeed', async () => {
    const definition = {
      StartAt: 'Shape',
      States: {
        Shape: { Type: 'Pass', Parameters: { 'id.$': '$$.Execution.Id' }, ResultPath: '$.execution', Next: 'Mark' },
        Mark: { Type: 'Pass', Result: false, ResultPath: '$.marked', Next: 'End' },
        End: { Type: 'Succeed', InputPath: '$' },
      },
    };
    const ended = await run(definition, {}, { a: 1 });
    expect(ended.output).toEqual({ a: 1, execution: { id: ended.id }, marked: false });
  });

  it('fails with what a Fail state says', async () => {
    const ended = await run({ StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Refused', Cause: 'by hand' } } });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'by hand' });
  });
});

describe('a workflow’s choices', () => {
  const choose = async (test: object, input: unknown): Promise<string | undefined> => {
    const ended = await run(
      {
        StartAt: 'Choose',
        States: {
          Choose: { Type: 'Choice', Choices: [{ ...test, Next: 'Yes' }], Default: 'No' },
          Yes: { Type: 'Succeed' },
          No: { Type: 'Succeed' },
        },
      },
      {},
      input,
    );
    return ended.path[1] ?? ended.error;
  };
  const a = { Variable: '$.a' };

  it.each([
    [{ ...a, StringEquals: 'x' }, { a: 'x' }, { a: 'y' }],
    [
      { ...a, StringEqualsPath: '$.b' },
      { a: 'x', b: 'x' },
      { a: 'x', b: 'y' },
    ],
    [
      { ...a, StringEqualsPath: '$.b' },
      { a: 'x', b: 'x' },
      { a: 1, b: 1 },
    ],
    [{ ...a, StringMatches: 'x:*' }, { a: 'x:y\n' }, { a: 'x' }],
    [{ ...a, StringMatches: '*.z' }, { a: 'x.z' }, { a: 'x-z' }],
    [{ ...a, StringMatches: 'x\\*' }, { a: 'x*' }, { a: 'xy' }],
    [{ ...a, StringMatches: '*' }, { a: '' }, { a: 1 }],
    [{ ...a, BooleanEquals: false }, { a: false }, { a: true }],
    [{ ...a, NumericEquals: 0 }, { a: 0 }, { a: false }],
    [{ ...a, NumericLessThan: 2 }, { a: 1 }, { a: 2 }],
    [{ ...a, NumericLessThanEquals: 2 }, { a: 2 }, { a: 3 }],
    [{ ...a, NumericGreaterThan: 2 }, { a: 3 }, { a: 2 }],
    [{ ...a, NumericGreaterThanEquals: 2 }, { a: 2 }, { a: '3' }],
    [{ ...a, IsPresent: true }, { a: null }, {}],
    [{ ...a, IsPresent: false }, {}, { a: null }],
    [{ ...a, IsNull: true }, { a: null }, { a: 0 }],
    [
      {
        And: [
          { ...a, IsPresent: true },
          { ...a, NumericGreaterThan: 1 },
        ],
      },
      { a: 2 },
      {},
    ],
    [
      {
        Or: [
          { ...a, NumericEquals: 1 },
          { ...a, NumericEquals: 2 },
        ],
      },
      { a: 2 },
      { a: 3 },
    ],
    [{ Not: { ...a, StringEquals: 'x' } }, { a: 'y' }, { a: 'x' }],
  ])('%j holds for %j and not for %j', async (test, yes, no) => {
    expect(await choose(test, yes)).toBe('Yes');
    expect(await choose(test, no)).toBe('No');
  });

  it('fail when they compare what is not there, and when none holds without a default', async () => {
    const choices = [{ ...a, StringEquals: 'x', Next: 'Yes' }];
    const definition = { StartAt: 'C', States: { C: { Type: 'Choice', Choices: choices }, Yes: { Type: 'Succeed' } } };
    expect(await run(definition, {}, {})).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(await run(definition, {}, { a: 'y' })).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });
});

describe('a workflow’s time', () => {
  const waiting = (wait: object): object => ({ StartAt: 'W', States: { W: { Type: 'Wait', End: true, ...wait } } });

  it('passes on the scheduler', async () => {
    for (const [wait, input] of [
      [{ Seconds: 30 }, {}],
      [{ SecondsPath: '$.s' }, { s: 30 }],
    ] as const) {
      const ended = await run(waiting(wait), {}, input);
      expect(ended).toMatchObject({ status: 'SUCCEEDED', output: input });
      expect(ended.endedAt - ended.startedAt).toBe(30_000);
    }
    expect(await run(waiting({ SecondsPath: '$.s' }), {}, { s: 'long' })).toMatchObject({ error: 'States.Runtime' });
  });

  it('reads an element of a list by its index, and nothing behind its end', async () => {
    const States = { Only: { Type: 'Task', Resource: 'f', Parameters: { 'b.$': '$.list[1].name' }, End: true } };
    const machine = { StartAt: 'Only', States };
    const input = { list: [{ name: 'first' }, { name: 'second' }] };
    expect((await run(machine, { f: echo }, input)).output).toEqual({ b: 'second' });
    expect(await run(machine, { f: echo }, { list: [{ name: 'first' }] })).toMatchObject({ status: 'FAILED' });
  });

  it('goes on for a year at most where it is a Standard one', async () => {
    const States = { Only: { Type: 'Wait', Seconds: 3_600, End: true } };
    const { scheduler, runner } = runnerOf({ StartAt: 'Only', States }, {}, { type: 'STANDARD' });
    runner.start('{}');
    await scheduler.runUntilIdle();
    const [ended] = runner.executions;
    expect(ended).toMatchObject({ status: 'SUCCEEDED', id: expect.stringContaining(':execution:') });
    expect((ended?.endedAt ?? 0) - (ended?.startedAt ?? 0)).toBe(3_600_000);
  });

  it('is over after five minutes, or sooner when the definition says so', async () => {
    const loop = { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 7, Next: 'A' } } };
    const ended = await run(loop);
    expect(ended).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(ended.endedAt - ended.startedAt).toBe(300_000);
    const sooner = await run({ ...loop, TimeoutSeconds: 10 });
    expect(sooner.endedAt - sooner.startedAt).toBe(10_000);
  });

  it('that is over begins no task any more', async () => {
    const f = failing(0, new Error('never thrown'));
    const definition = {
      TimeoutSeconds: 10,
      StartAt: 'A',
      States: { A: { Type: 'Wait', Seconds: 20, Next: 'B' }, B: { Type: 'Task', Resource: 'f', End: true } },
    };
    await run(definition, { f });
    expect(f.calls).toBe(0);
  });

  it('limits a task that has a timeout', async () => {
    const { scheduler, runner } = runnerOf(single({ TimeoutSeconds: 5 }), { f: () => scheduler.sleep(60_000) });
    runner.start('{}');
    await scheduler.runUntilIdle();
    expect(runner.executions[0]).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect((runner.executions[0]?.endedAt ?? 0) - (runner.executions[0]?.startedAt ?? 0)).toBe(5_000);
  });
});

describe('a workflow’s failures', () => {
  const unavailable = new UnavailableError('the cache', 'Wait.');

  it('are retried with growing pauses up to the longest, so many times and no more', async () => {
    const f = failing(4, unavailable);
    const task = single(retryAll({ IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 }));
    const ended = await run(task, { f });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    expect(ended.endedAt - ended.startedAt).toBe((2 + 6 + 10 + 10) * 1000);

    const g = failing(9, unavailable);
    const failed = await run(single(retryAll({ MaxAttempts: 2 })), { f: g });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'FH_UNAVAILABLE' });
    expect(JSON.parse(failed.cause ?? '')).toEqual({
      errorType: 'FH_UNAVAILABLE',
      errorMessage: 'the cache is not available',
    });
    expect(g.calls).toBe(3);
    expect(failed.endedAt - failed.startedAt).toBe(3_000);
  });

  it('are retried after a part of the pause with full jitter', async () => {
    const task = single(retryAll({ IntervalSeconds: 100, MaxAttempts: 1, JitterStrategy: 'FULL' }));
    const ended = await run(task, { f: failing(1, unavailable) });
    const pause = ended.endedAt - ended.startedAt;
    expect(pause).toBeGreaterThan(0);
    expect(pause).toBeLessThan(100_000);
  });

  it('are retried only by the names of a retrier, each with its own count', async () => {
    const errors = [new RangeError('1'), new TypeError('2'), new RangeError('3')];
    const f: WorkflowFunction = async () => {
      const error = errors.shift();
      if (error !== undefined) throw error;
      return 'done';
    };
    const Retry = [
      { ErrorEquals: ['RangeError'], MaxAttempts: 2 },
      { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 },
    ];
    expect(await run(single({ Retry }), { f })).toMatchObject({ status: 'SUCCEEDED' });
    const other = await run(single({ Retry: [{ ErrorEquals: ['RangeError'] }] }), {
      f: failing(1, new TypeError('x')),
    });
    expect(other).toMatchObject({ status: 'FAILED', error: 'TypeError' });
  });

  it('are caught after the retries, with error and cause where the catcher puts them', async () => {
    const f = failing(9, unavailable);
    const definition = {
      StartAt: 'Try',
      States: {
        Try: {
          Type: 'Task',
          Resource: 'f',
          ...retryAll({ MaxAttempts: 1 }),
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failed', Next: 'Saved' }],
          End: true,
        },
        Saved: { Type: 'Succeed' },
      },
    };
    const ended = await run(definition, { f }, { a: 1 });
    expect(f.calls).toBe(2);
    expect(ended.path).toEqual(['Try', 'Saved']);
    const failed = { Error: 'FH_UNAVAILABLE', Cause: expect.stringContaining('not available') };
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { a: 1, failed } });
  });

  it('are logged', async () => {
    const log = new RecordingLogger();
    const { scheduler, runner } = runnerOf(single({}), { f: failing(1, unavailable) }, { log });
    runner.start('{}');
    await scheduler.runUntilIdle();
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { status: 'FAILED', error: 'FH_UNAVAILABLE' } }]);
  });
});

describe('a workflow runner', () => {
  it('runs executions beside each other, each with its own id', async () => {
    const { scheduler, runner } = runnerOf({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, End: true } } });
    for (let i = 0; i < 3; i += 1) runner.start('{}');
    await scheduler.advance(1);
    expect([runner.running, runner.executions.length]).toEqual([3, 0]);
    await scheduler.runUntilIdle();
    expect([runner.running, new Set(runner.executions.map(({ id }) => id)).size]).toEqual([0, 3]);
  });

  it('may run a start twice when told to, under one id', async () => {
    const duplicates = { random: new SeededRandom(1), probability: 1 };
    const { scheduler, runner } = runnerOf(single({}), { f: echo }, { duplicates, keepExecutions: 10 });
    runner.start('{}');
    const startedAt = scheduler.now();
    await scheduler.runUntilIdle();
    // Nothing waits for the time limit of an execution that has ended.
    expect(scheduler.now()).toBe(startedAt);
    expect(runner.executions).toHaveLength(2);
    expect(runner.executions[0]?.id).toBe(runner.executions[1]?.id);
  });

  it('refuses a definition that calls a function it was not given', () => {
    expect(() => runnerOf(single({ Resource: 'missing' }), { f: echo })).toThrow('/States/Only/Resource');
  });
});
