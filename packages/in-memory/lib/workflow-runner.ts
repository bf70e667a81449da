import { InvalidInputError } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import { type LatencyModel, noLatency } from './latency.ts';
import { silent } from './logger.ts';
import { payload } from './workflow-data.ts';
import { type FinishedExecution, type WorkflowEnvironment, WorkflowExecution } from './workflow-execution.ts';

export interface WorkflowRunnerOptions extends WorkflowEnvironment {
  readonly name: string;
  readonly region: string;
  readonly latency?: LatencyModel;
  readonly log?: Logger;
  /** How often a start runs twice, under one execution id: asynchronous Express workflows run at least once. */
  readonly duplicates?: { readonly random: Random; readonly probability: number };
  /** How many ended executions are kept; 100 unless told otherwise. */
  readonly keepExecutions?: number;
}

const ACCOUNT = '000000000000';

/**
 * Runs a States Language file, as an asynchronous Express workflow or as a Standard one. Published interpreters wait on timers of their own, so
 * none of them can run under a virtual clock; this one takes all time from the scheduler, knows just what our definitions
 * use and refuses the rest when it loads.
 */
export class WorkflowRunner {
  readonly #options: WorkflowRunnerOptions;
  readonly #latency: LatencyModel;
  readonly #log: Logger;
  #ended: readonly FinishedExecution[] = [];
  #started = 0;
  #running = 0;

  /** @throws InvalidInputError when a Task names a function that is not there */
  constructor(options: WorkflowRunnerOptions) {
    this.#options = options;
    this.#latency = options.latency ?? noLatency;
    this.#log = options.log ?? silent;
    const places = Object.entries(options.machine.States).flatMap(([name, state]) =>
      state.Type === 'Task' && !options.functions.has(state.Resource)
        ? [`/States/${name}/Resource: there is no function ${state.Resource}`]
        : [],
    );
    if (places.length > 0) {
      throw new InvalidInputError(`workflow ${options.name}`, places, 'Give the runner every function it calls.');
    }
  }

  /** The newest ended executions, oldest first. */
  get executions(): readonly FinishedExecution[] {
    return this.#ended;
  }

  /** Executions that were started and have not ended. */
  get running(): number {
    return this.#running;
  }

  /**
   * Starts an execution and does not wait for it. It has the form of an event bus's target.
   *
   * @param input JSON
   * @throws WorkflowError `States.DataLimitExceeded` for more than 256 KiB
   */
  readonly start = (input: string): void => {
    const data = payload(JSON.parse(input));
    this.#started += 1;
    const { region, name, duplicates, scheduler } = this.#options;
    const kind = this.#options.type === 'STANDARD' ? 'execution' : 'express';
    const id = `arn:aws:states:${region}:${ACCOUNT}:${kind}:${name}:${this.#started}`;
    const runs = duplicates !== undefined && duplicates.random.next() < duplicates.probability ? 2 : 1;
    for (let run = 0; run < runs; run += 1) {
      this.#running += 1;
      scheduler.schedule(this.#latency.sample('workflowStart'), () => this.#run(id, data));
    }
  };

  async #run(id: string, input: unknown): Promise<void> {
    const ended = await new WorkflowExecution(this.#options, id).run(input);
    this.#running -= 1;
    this.#ended = [...this.#ended, ended].slice(-(this.#options.keepExecutions ?? 100));
    if (ended.status === 'SUCCEEDED') return;
    const { status, error, cause } = ended;
    this.#log.warn('workflow did not succeed', { workflow: this.#options.name, id, status, error, cause });
  }
}
