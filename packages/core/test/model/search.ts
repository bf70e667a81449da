/** One thing that may happen now, and the state after it. */
export interface Step<State> {
  readonly says: string;
  readonly next: State;
  /** Trouble, an author's whim, or time: the world is at rest when only such steps are left. */
  readonly optional?: boolean;
}

/** What is broken, in the words of a person who reads the schedule; `undefined` when the promise holds. */
export type Promised<State> = (state: State) => string | undefined;

/** States are plain data that is never changed: two states with the same JSON text are the same state. */
export interface Model<State> {
  readonly start: State;
  readonly steps: (state: State) => readonly Step<State>[];
  /** By name: what holds in every state. */
  readonly always: Readonly<Record<string, Promised<State>>>;
  /** By name: what holds when nothing has to happen any more. */
  readonly atRest?: Readonly<Record<string, Promised<State>>>;
}

export interface Finding {
  readonly promise: string;
  readonly detail: string;
  /** The shortest one: the search goes breadth first. */
  readonly schedule: readonly string[];
}

export interface Searched {
  readonly states: number;
  /** Every reachable state was looked at. */
  readonly complete: boolean;
  readonly finding?: Finding;
}

export interface SearchOptions {
  maxStates: number;
  /** Look for this promise alone: a mutant may break several. */
  only?: string | undefined;
}

interface Node<State> {
  readonly state: State;
  readonly says: string;
  readonly parent: number;
}

/** Looks at every state that can be reached from the start, nearest first, until a promise is broken. */
export const search = <State>(model: Model<State>, { maxStates, only }: SearchOptions): Searched => {
  const nodes: Node<State>[] = [{ state: model.start, says: '', parent: -1 }];
  const seen = new Set([JSON.stringify(model.start)]);
  const asked = (promises: Model<State>['always'] = {}) =>
    Object.entries(promises).filter(([name]) => only === undefined || name === only);
  const always = asked(model.always);
  const atRest = asked(model.atRest);

  for (let index = 0; index < nodes.length; index += 1) {
    const node = nodes[index];
    if (node === undefined) break;
    const steps = model.steps(node.state);
    const promises = steps.every(({ optional }) => optional) ? [...always, ...atRest] : always;
    for (const [promise, brokenIn] of promises) {
      const detail = brokenIn(node.state);
      if (detail !== undefined) {
        return {
          states: nodes.length,
          complete: false,
          finding: { promise, detail, schedule: scheduleOf(nodes, index) },
        };
      }
    }
    if (nodes.length >= maxStates) return { states: nodes.length, complete: false };
    for (const { next, says } of steps) {
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      nodes.push({ state: next, says, parent: index });
    }
  }
  return { states: nodes.length, complete: true };
};

const scheduleOf = (nodes: readonly Node<unknown>[], last: number): string[] => {
  const schedule: string[] = [];
  for (let node = nodes[last]; node !== undefined && node.parent >= 0; node = nodes[node.parent])
    schedule.unshift(node.says);
  return schedule;
};

export const describeFinding = ({ promise, detail, schedule }: Finding): string =>
  [
    `Broken promise: ${promise}: ${detail}`,
    ...schedule.map((says, index) => `${String(index + 1).padStart(3)}. ${says}`),
  ].join('\n');

/** The list with the item at this place replaced. */
export const withItem = <T>(items: readonly T[], at: number, item: T): T[] =>
  items.map((old, index) => (index === at ? item : old));

/** The list without the item at this place. */
export const without = <T>(items: readonly T[], at: number): T[] => items.filter((_, index) => index !== at);
