/** The ports of which each call is a step after which a process may die, or that may fail. */
const steps = ['flags', 'changes', 'topology', 'topic', 'bus', 'verification', 'repair'] as const;

type Call = (call: () => Promise<unknown>, name: string) => Promise<unknown>;

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';

const wrap = <T extends object>(port: T, around: Call): T =>
  new Proxy(port, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (!isFunction(method)) return method;
      return (...args: unknown[]) => around(async () => method.apply(target, args), String(name));
    },
  });

/** The same ports, with something done around each call. */
export const aroundEach = <P extends object>(ports: P, around: Call): P => {
  const wrapped = Object.entries(ports).map(([name, port]) => {
    const isStep = steps.some((step) => step === name) && typeof port === 'object' && port !== null;
    return [name, isStep ? wrap(port, around) : port];
  });
  return { ...ports, ...Object.fromEntries(wrapped) };
};

export interface Doom {
  /** The call, counted from 1, that is struck. */
  readonly atCall: number;
  /** Before the call reached the service, or after it took effect and before anybody heard of it. */
  readonly moment: 'before' | 'after';
}

/** Ports of a process that dies at a call: none of its later calls reaches anything. */
export const doomed = <P extends object>(ports: P, { atCall, moment }: Doom) => {
  let calls = 0;
  const around: Call = async (call) => {
    calls += 1;
    if (calls === atCall && moment === 'after') await call();
    if (calls >= atCall) throw new Error('the process died');
    return call();
  };
  return { ports: aroundEach(ports, around), struck: () => calls >= atCall };
};

/** Ports of which a single call fails, once. */
export const failingOnce = <P extends object>(ports: P, { atCall, moment }: Doom) => {
  let calls = 0;
  const around: Call = async (call) => {
    calls += 1;
    if (calls !== atCall) return call();
    if (moment === 'after') await call();
    throw new Error('timed out');
  };
  return { ports: aroundEach(ports, around), struck: () => calls >= atCall };
};
