import { SeededRandom } from '@flaghoist/in-memory/random';
import { aroundEach } from '@flaghoist/test-kit/trouble';

/** A call of a task that waits to be let through. */
interface Waiting {
  /** The task, the number of the call within it and its name: the same in every run that begins alike. */
  readonly id: string;
  readonly task: number;
  readonly writes: boolean;
  readonly letThrough: () => void;
}

/** Something that runs by its ports: each call of the wrapped ones waits until the schedule lets it through. */
export type Task = (wrap: <P extends object>(ports: P) => P) => Promise<unknown>;

interface World {
  readonly tasks: readonly Task[];
  /** Looks at what has become of everything. */
  readonly check: () => Promise<void>;
}

/** Names the call that goes next; `undefined`: this run need not be finished. */
type Choose = (waiting: readonly Waiting[], step: number) => string | undefined;

const WRITES: ReadonlySet<string> = new Set(['accept', 'refuse', 'decide', 'recordProof', 'restoreCurrent', 'publish']);

/** Resolves when no promise has anything left to do: ports in memory need no turn of the event loop. */
const quiet = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** @returns whether the run came to its end. @throws what a check throws, with the schedule in its message */
const run = async ({ tasks, check }: World, waits: (method: string) => boolean, choose: Choose): Promise<boolean> => {
  const waiting = new Map<string, Waiting>();
  const gone: string[] = [];
  const ended = Promise.all(
    tasks.map((start, task) => {
      let count = 0;
      return start((ports) =>
        aroundEach(ports, async (call, method) => {
          if (!waits(method)) return call();
          count += 1;
          const id = `${task} ${String(count).padStart(3, '0')} ${method}`;
          await new Promise<void>((letThrough) => {
            waiting.set(id, { id, task, writes: WRITES.has(method), letThrough });
          });
          return call();
        }),
      );
    }),
  );
  // A run that is left half-way has nobody to hear how it would have ended.
  ended.catch(() => {});
  for (let step = 0; ; step += 1) {
    await quiet();
    if (waiting.size === 0) break;
    const id = choose(
      [...waiting.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      step,
    );
    if (id === undefined) return false;
    gone.push(id);
    waiting.get(id)?.letThrough();
    if (!waiting.delete(id)) throw new Error(`${id} does not wait: the world does not begin alike in each run`);
  }
  try {
    await ended;
    await check();
  } catch (error) {
    throw new Error(`under the schedule\n  ${gone.join('\n  ')}`, { cause: error });
  }
  return true;
};

/** A place in a run where one of several calls went next. */
interface Branch {
  readonly waiting: readonly Waiting[];
  /** Calls that need not go here: all that would follow was seen when they went earlier. */
  readonly asleep: Set<string>;
  chosen: Waiting;
}

/** What sleeps here still sleeps after a call if the two may change places: if both only read. */
const stillAsleep = ({ waiting, asleep }: Pick<Branch, 'waiting' | 'asleep'>, after: Waiting): readonly Waiting[] =>
  waiting.filter((one) => one.id !== after.id && asleep.has(one.id) && !one.writes && !after.writes);

/**
 * The next call that is awake, and after which a run can still come to its end: what sleeps goes only after a write, and a
 * task does not come to a write before all its calls have gone.
 */
const nextAwake = (branch: Pick<Branch, 'waiting' | 'asleep'>): Waiting | undefined => {
  const { waiting, asleep } = branch;
  const tasks = new Set(waiting.map(({ task }) => task));
  return waiting.find((one) => {
    if (asleep.has(one.id)) return false;
    const stuck = new Set(stillAsleep(branch, one).map(({ task }) => task));
    return stuck.size < tasks.size;
  });
};

/**
 * Runs a world under every order of its tasks' calls that can make a difference. Two reads side by side cannot, so that of
 * their orders only one is run. Depth first, each run from the start.
 *
 * @param waits which calls others may come before; all others are of one moment with the call before them
 * @returns the number of complete runs
 */
export const underEveryInterleaving = async (
  createWorld: () => Promise<World>,
  waits: (method: string) => boolean,
): Promise<number> => {
  const path: Branch[] = [];
  const choose: Choose = (waiting, step) => {
    const known = path[step];
    if (known !== undefined) return known.chosen.id;
    const before = path[step - 1];
    const asleep = new Set(before && stillAsleep(before, before.chosen).map(({ id }) => id));
    const chosen = nextAwake({ waiting, asleep });
    if (chosen !== undefined) path.push({ waiting, asleep, chosen });
    return chosen?.id;
  };
  let complete = 0;
  do {
    if (await run(await createWorld(), waits, choose)) complete += 1;
  } while (toNextPath(path));
  return complete;
};

const toNextPath = (path: Branch[]): boolean => {
  for (let branch = path.at(-1); branch !== undefined; branch = path.at(-1)) {
    branch.asleep.add(branch.chosen.id);
    const next = nextAwake(branch);
    if (next !== undefined) {
      branch.chosen = next;
      return true;
    }
    path.pop();
  }
  return false;
};

/** Runs a world under one order of all its calls, which the seed draws. */
export const underInterleaving = async (seed: number, world: World): Promise<void> => {
  const random = new SeededRandom(seed);
  await run(
    world,
    () => true,
    (waiting) => waiting[Math.floor(random.next() * waiting.length)]?.id,
  );
};
