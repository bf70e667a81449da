import type { Random } from '@flaghoist/core/ports/random';
import type { ConcludePorts } from '../../lib/conclude-change.ts';

/** The ports of which each call is a step that others may come between, or after which a process may die. */
const steps = ['flags', 'changes', 'topology', 'topic', 'bus'] as const;

type Call = (call: () => Promise<unknown>) => Promise<unknown>;

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

const wrap = <T extends object>(port: T, around: Call): T =>
  new Proxy(port, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (!isFunction(method)) return method;
      return (...args: unknown[]) => {
        if (name === 'recordsBefore') return method.apply(target, args);
        return around(async () => method.apply(target, args));
      };
    },
  });

const aroundEach = (ports: ConcludePorts, around: Call): ConcludePorts => ({
  ...ports,
  ...Object.fromEntries(steps.map((name) => [name, wrap(ports[name], around)])),
});

const letOthersGo = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
};

const MOST_TURNS = 6;

/** Ports that let others go on before and after each call, for a random while. */
export const interleaved = (ports: ConcludePorts, random: Random): ConcludePorts =>
  aroundEach(ports, async (call) => {
    await letOthersGo(Math.floor(random.next() * MOST_TURNS));
    const result = await call();
    await letOthersGo(Math.floor(random.next() * MOST_TURNS));
    return result;
  });

export interface Doom {
  /** The call, counted from 1, at which the process dies, and all later ones fail. */
  readonly atCall: number;
  /** Before the call reached the service, or after it took effect and before anybody heard of it. */
  readonly moment: 'before' | 'after';
}

/** Ports of a process that dies at a call. `died` tells whether it came so far. */
export const doomed = (ports: ConcludePorts, { atCall, moment }: Doom) => {
  let calls = 0;
  const around: Call = async (call) => {
    calls += 1;
    if (calls === atCall && moment === 'after') await call();
    if (calls >= atCall) throw new Error('the process died');
    return call();
  };
  return { ports: aroundEach(ports, around), died: () => calls >= atCall };
};

/** Ports of which a single call fails, once. */
export const failingOnce = (ports: ConcludePorts, { atCall, moment }: Doom) => {
  let calls = 0;
  const around: Call = async (call) => {
    calls += 1;
    if (calls !== atCall) return call();
    if (moment === 'after') await call();
    throw new Error('timed out');
  };
  return { ports: aroundEach(ports, around), died: () => calls >= atCall };
};

/** Ports whose decisions always come too late. */
export const contended = (ports: ConcludePorts): ConcludePorts => ({
  ...ports,
  changes: new Proxy(ports.changes, {
    get: (target, name) => {
      if (name === 'decide') return async () => 'moved';
      const method: unknown = Reflect.get(target, name);
      return isFunction(method) ? (...args: unknown[]) => method.apply(target, args) : method;
    },
  }),
});
