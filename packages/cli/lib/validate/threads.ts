import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { ReadOptions } from './contents.ts';
import type { FileFinding } from './flag-in-file.ts';
import type { FlagEntry, FlagSet } from './flag-set.ts';
import { flagInSet } from './flags-in-set.ts';
import type { Part } from './input/parts.ts';
import { type Judgement, judge } from './judge.ts';
import { sharedBy } from './shared-evaluators.ts';

/** Flags that a thread judges at a time. */
const LOT = 250;
/** Lots that a thread has before it: what is judged but not yet taken stays within this, whatever the file. */
const AHEAD = 4;
/** More would each need the rules in memory, and 60,000 flags do not take long enough for that. */
const MOST_THREADS = 4;
/** What is thrown away of a lot is collected early, so that threads take little memory beside the file. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

/** What every flag of the files has around it. Parts are numbers on their way between threads. */
interface Surroundings {
  readonly sets: readonly (Pick<FlagSet, 'kind' | 'at' | 'evaluators' | 'metadata'> & { readonly part: number })[];
  readonly files: readonly string[];
  readonly options: ReadOptions;
}

interface Lot {
  readonly set: number;
  readonly flags: readonly FlagEntry[];
}

type Sent = Omit<Judgement, 'found'> & { readonly found: readonly (Omit<FileFinding, 'part'> & { part: number })[] };

/** What a thread of hoist does: judge the lots that it is sent. */
export const judgeForMainThread = (): void => {
  const { sets, files, options } = workerData as Surroundings;
  const parts = files.map(
    (file): Part => ({ file, value: null, text: '', positionOf: () => ({ line: 1, column: 1 }) }),
  );
  const numbers = new Map(parts.map((part, number) => [part, number]));
  const around = sets.flatMap(({ part: number, ...set }): FlagSet[] => {
    const part = parts[number];
    return part === undefined ? [] : [{ ...set, part, flags: [], findings: [] }];
  });
  const shared = sharedBy(around);
  parentPort?.on('message', ({ set: number, flags }: Lot) => {
    const set = around[number];
    if (set === undefined) throw new Error(`there is no set of flags ${number}`);
    const sent = flags.map((flag): Sent => {
      const { found, ...rest } = judge(flagInSet(flag, set, shared, options));
      return { ...rest, found: found.map(({ part, ...one }) => ({ ...one, part: numbers.get(part) ?? 0 })) };
    });
    parentPort?.postMessage(sent);
  });
};

/** A thread answers in the order in which it was asked. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting: { resolve(sent: readonly Sent[]): void; reject(error: unknown): void }[] = [];
  #failure: unknown;

  constructor(program: URL, data: Surroundings) {
    this.#worker = new Worker(program, { workerData: data, resourceLimits });
    this.#worker.on('message', (sent: readonly Sent[]) => this.#waiting.shift()?.resolve(sent));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a thread that judges flags has ended with ${code}`)));
  }

  judge(lot: Lot): Promise<readonly Sent[]> {
    const answer = new Promise<readonly Sent[]>((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(lot);
    });
    // The first failure that is awaited ends it all; those behind it are nobody's surprise.
    answer.catch(() => {});
    return answer;
  }

  end(): Promise<number> {
    return this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

function* lotsOf(sets: readonly FlagSet[]): Generator<Lot> {
  for (const [set, { flags }] of sets.entries())
    for (let from = 0; from < flags.length; from += LOT) yield { set, flags: flags.slice(from, from + LOT) };
}

/**
 * What the rules say of the flags of all sets, one after the other as they stand in the files, whichever thread is faster.
 *
 * @param program what runs `judgeForMainThread` in a thread
 * @throws what a thread has failed with
 */
export async function* judgedInThreads(
  sets: readonly FlagSet[],
  options: ReadOptions,
  program: URL,
): AsyncGenerator<Judgement> {
  const parts = [...new Set(sets.map(({ part }) => part))];
  const data: Surroundings = {
    sets: sets.map(({ kind, at, evaluators, metadata, part }) => ({
      ...{ kind, at, evaluators, metadata },
      part: parts.indexOf(part),
    })),
    files: parts.map(({ file }) => file),
    options,
  };
  const helpers = Math.max(1, Math.min(availableParallelism(), MOST_THREADS) - 1);
  const threads = Array.from({ length: helpers }, () => new Thread(program, data));
  const shared = sharedBy(sets);
  const received = ({ found, ...rest }: Sent): Judgement => ({
    ...rest,
    found: found.flatMap(({ part: number, ...one }) => {
      const part = parts[number];
      return part === undefined ? [] : [{ ...one, part }];
    }),
  });
  const own = ({ set: number, flags }: Lot): readonly Judgement[] => {
    const set = sets[number];
    return set === undefined ? [] : flags.map((flag) => judge(flagInSet(flag, set, shared, options)));
  };
  /** Every thread in turn, this one last; its own lots are judged when they are taken. */
  const begun = (lot: Lot, turn: number): (() => Promise<readonly Judgement[]>) => {
    const answer = threads[turn % (helpers + 1)]?.judge(lot);
    return async () => (answer === undefined ? own(lot) : (await answer).map(received));
  };
  try {
    const pending: ReturnType<typeof begun>[] = [];
    let turn = 0;
    for (const lot of lotsOf(sets)) {
      pending.push(begun(lot, turn));
      turn += 1;
      if (pending.length > AHEAD * helpers) yield* (await pending.shift()?.()) ?? [];
    }
    for (const judged of pending) yield* await judged();
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}
