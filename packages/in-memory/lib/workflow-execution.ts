import type { Random } from '@flaghoist/core/ports/random';
import type { WorkflowContext } from './json-path.ts';
import type { Scheduler } from './scheduler.ts';
import type { PassState, Retrier, State, StateMachine, TaskState, WaitState } from './states-schema.ts';
import { fill, holds, insert, payload, resolve, select } from './workflow-data.ts';
import { functionError, isMatched, WorkflowError } from './workflow-error.ts';

export type WorkflowFunction = (input: unknown) => Promise<unknown>;

export interface WorkflowEnvironment {
  readonly machine: StateMachine;
  /** By the `Resource` of the Task states. */
  readonly functions: ReadonlyMap<string, WorkflowFunction>;
  readonly scheduler: Scheduler;
  /** For the jitter of retries, and for States.MathRandom. */
  readonly random: Random;
  /** `EXPRESS` unless told otherwise. */
  readonly type?: WorkflowType;
}

export type WorkflowType = 'EXPRESS' | 'STANDARD';

export interface FinishedExecution {
  readonly id: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The names of the states it entered, the first hundred. */
  readonly path: readonly string[];
}

/** How long an execution may last at most: five minutes and a year. Fixed by Step Functions. */
const LIMITS_MS: Readonly<Record<WorkflowType, number>> = { EXPRESS: 300_000, STANDARD: 365 * 86_400_000 };
const PATH_KEPT = 100;

/** Where a state leads: to the next one, or to the end. */
type Step = { readonly next: string; readonly data: unknown } | { readonly output: unknown };

/** One run through a state machine. */
export class WorkflowExecution {
  readonly #environment: WorkflowEnvironment;
  readonly #id: string;
  readonly #startedAt: number;
  readonly #context: WorkflowContext;
  readonly #path: string[] = [];
  #over = false;

  constructor(environment: WorkflowEnvironment, id: string) {
    this.#environment = environment;
    this.#id = id;
    this.#startedAt = environment.scheduler.now();
    this.#context = { Execution: { Id: id, StartTime: new Date(this.#startedAt).toISOString() } };
  }

  get #limitMs(): number {
    return LIMITS_MS[this.#environment.type ?? 'EXPRESS'];
  }

  /** Never rejects: a failure is a way to end. */
  async run(input: unknown): Promise<FinishedExecution> {
    const { machine, scheduler } = this.#environment;
    const limitMs = Math.min(this.#limitMs, (machine.TimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000);
    return new Promise((end) => {
      const timeout = scheduler.schedule(limitMs, () => {
        this.#over = true;
        const cause = `${limitMs} ms have passed`;
        end(this.#finished({ status: 'TIMED_OUT', error: 'States.Timeout', cause }));
      });
      void this.#outcome(input).then((outcome) => {
        timeout.cancel();
        end(this.#finished(outcome));
      });
    });
  }

  async #outcome(input: unknown): Promise<Omit<FinishedExecution, 'id' | 'startedAt' | 'endedAt' | 'path'>> {
    try {
      return { status: 'SUCCEEDED', output: await this.#walk(input) };
    } catch (thrown) {
      const { error, causeText } = functionError(thrown);
      return { status: 'FAILED', error, cause: causeText };
    }
  }

  #finished(outcome: Omit<FinishedExecution, 'id' | 'startedAt' | 'endedAt' | 'path'>): FinishedExecution {
    const endedAt = this.#environment.scheduler.now();
    return { id: this.#id, startedAt: this.#startedAt, endedAt, path: this.#path, ...outcome };
  }

  async #walk(input: unknown): Promise<unknown> {
    const { StartAt, States } = this.#environment.machine;
    let next = StartAt;
    let data = payload(input);
    // After the time limit nothing new is begun; what is in progress goes on, as in AWS.
    while (!this.#over) {
      if (this.#path.length < PATH_KEPT) this.#path.push(next);
      const step = await this.#enter(States[next] as State, data);
      if ('output' in step) return payload(step.output);
      next = step.next;
      data = payload(step.data);
    }
    return null;
  }

  async #enter(state: State, data: unknown): Promise<Step> {
    switch (state.Type) {
      case 'Task':
        return this.#task(state, data);
      case 'Pass':
        return this.#pass(state, data);
      case 'Wait':
        return this.#wait(state, data);
      case 'Succeed':
        return { output: select(state.OutputPath, select(state.InputPath, data, this.#context), this.#context) };
      case 'Fail':
        throw new WorkflowError(state.Error ?? '', state.Cause ?? '');
      case 'Choice': {
        const input = select(state.InputPath, data, this.#context);
        const next = state.Choices.find((choice) => holds(choice, input, this.#context))?.Next ?? state.Default;
        if (next === undefined) throw new WorkflowError('States.NoChoiceMatched', 'no choice holds, and no default');
        return { next, data: select(state.OutputPath, input, this.#context) };
      }
    }
  }

  #on({ Next, OutputPath }: Pick<TaskState, 'Next' | 'OutputPath'>, data: unknown): Step {
    const output = select(OutputPath, data, this.#context);
    return Next === undefined ? { output } : { next: Next, data: output };
  }

  #pass(state: PassState, data: unknown): Step {
    const input = select(state.InputPath, data, this.#context);
    const filled = state.Parameters === undefined ? input : this.#filled(state.Parameters, input);
    return this.#on(state, insert(state.ResultPath, data, state.Result === undefined ? filled : state.Result));
  }

  async #wait(state: WaitState, data: unknown): Promise<Step> {
    const input = select(state.InputPath, data, this.#context);
    const seconds = state.SecondsPath === undefined ? state.Seconds : resolve(state.SecondsPath, input, this.#context);
    if (typeof seconds !== 'number' || !(seconds >= 0))
      throw new WorkflowError('States.Runtime', `cannot wait ${seconds} s`);
    await this.#environment.scheduler.sleep(Math.min(seconds * 1000, this.#limitMs));
    return this.#on(state, input);
  }

  async #task(state: TaskState, data: unknown): Promise<Step> {
    const attempts = new Map<Retrier, number>();
    for (;;) {
      try {
        return this.#on(state, insert(state.ResultPath, data, await this.#attempt(state, data)));
      } catch (thrown) {
        const failure = functionError(thrown);
        const retrier = state.Retry?.find(({ ErrorEquals }) => isMatched(failure, ErrorEquals));
        const made = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
        if (retrier === undefined || made >= (retrier.MaxAttempts ?? 3)) return this.#caught(state, data, failure);
        attempts.set(retrier, made + 1);
        await this.#environment.scheduler.sleep(this.#delayOf(retrier, made));
        if (this.#over) throw failure;
      }
    }
  }

  async #attempt(state: TaskState, data: unknown): Promise<unknown> {
    const input = select(state.InputPath, data, this.#context);
    const parameters = payload(state.Parameters === undefined ? input : this.#filled(state.Parameters, input));
    const call = this.#environment.functions.get(state.Resource);
    if (call === undefined) throw new WorkflowError('States.Runtime', `there is no function ${state.Resource}`);
    const result = payload(await this.#withTimeout(call(parameters), state.TimeoutSeconds));
    return state.ResultSelector === undefined ? result : this.#filled(state.ResultSelector, result);
  }

  #filled(template: unknown, input: unknown): unknown {
    return fill(template, { input, context: this.#context, random: this.#environment.random });
  }

  async #withTimeout(work: Promise<unknown>, timeoutSeconds: number | undefined): Promise<unknown> {
    if (timeoutSeconds === undefined) return work;
    return new Promise((resolveWork, reject) => {
      const timeout = this.#environment.scheduler.schedule(timeoutSeconds * 1000, () => {
        reject(new WorkflowError('States.Timeout', `${timeoutSeconds} s have passed`));
      });
      work.finally(() => timeout.cancel()).then(resolveWork, reject);
    });
  }

  #caught(state: TaskState, data: unknown, failure: WorkflowError): Step {
    const catcher = state.Catch?.find(({ ErrorEquals }) => isMatched(failure, ErrorEquals));
    if (catcher === undefined) throw failure;
    const description = { Error: failure.error, Cause: failure.causeText };
    return { next: catcher.Next, data: insert(catcher.ResultPath, data, description) };
  }

  #delayOf({ IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds, JitterStrategy }: Retrier, made: number): number {
    const seconds = Math.min(IntervalSeconds * BackoffRate ** made, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return seconds * 1000 * (JitterStrategy === 'FULL' ? this.#environment.random.next() : 1);
  }
}
