import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Case, EngineName, Order } from './worker.ts';

/** An engine in a process of its own, so that no engine's garbage or compiled code is in another one's way. */
export class EngineProcess {
  readonly name: EngineName;
  /** From the import of the engine to its first answer. */
  setUpMs = 0;
  /** Microseconds of each call, by case. */
  readonly times = new Map<Case, number[]>();
  readonly #process: ChildProcess;
  readonly #ended = new AbortController();

  constructor(name: EngineName) {
    this.name = name;
    this.#process = fork(join(import.meta.dirname, 'worker.ts'), [name], { execArgv: ['--no-warnings'] });
    this.#process.once('exit', () => this.#ended.abort(new Error(`the process of ${name} ended`)));
  }

  async ready(): Promise<void> {
    this.setUpMs = (await this.#answer('setUpMs')).setUpMs;
  }

  /** What it says of each envelope of the corpus. */
  async verdicts(): Promise<readonly string[]> {
    this.#ask({ ask: 'verdicts' });
    return (await this.#answer('verdicts')).verdicts;
  }

  async time(of: Case, calls: number, isKept: boolean): Promise<void> {
    this.#ask({ ask: 'times', of, calls });
    const { times } = await this.#answer('times');
    if (isKept) this.times.set(of, [...(this.times.get(of) ?? []), ...times]);
  }

  stop(): void {
    this.#process.disconnect();
  }

  #ask(order: Order): void {
    this.#process.send(order);
  }

  async #answer<K extends keyof Answer>(wanted: K): Promise<Pick<Answer, K>> {
    const [answer] = await once(this.#process, 'message', { signal: this.#ended.signal });
    if (!(wanted in answer)) throw new Error(`the process of ${this.name} did not answer with ${wanted}`);
    return answer;
  }
}

export const started = async (names: readonly EngineName[]): Promise<readonly EngineProcess[]> => {
  const engines: EngineProcess[] = [];
  for (const name of names) {
    const engine = new EngineProcess(name);
    await engine.ready();
    engines.push(engine);
  }
  return engines;
};
