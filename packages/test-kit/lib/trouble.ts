import type { Random } from '@flaghoist/core/ports/random';
import { callOf, wrapPorts } from './port-calls.ts';

type Around = (call: () => Promise<unknown>, method: string) => Promise<unknown>;

const isFunction = (value: unknown): value is (...input: unknown[]) => unknown => typeof value === 'function';

/** The same ports, with something done around each call that goes to another process. */
export const aroundEach = <P extends object>(ports: P, around: Around): P =>
  wrapPorts(ports, (name, port) => {
    const get = (target: object, method: string | symbol): unknown => {
      const own: unknown = Reflect.get(target, method);
      if (!isFunction(own)) return own;
      const call = callOf(name, method);
      if (call === undefined || call === 'walks') return own.bind(target);
      return (...input: unknown[]) => around(async () => own.apply(target, input), String(method));
    };
    return new Proxy(port, { get });
  });

export interface Doom {
  /** The call, counted from 1, that is struck. */
  readonly atCall: number;
  /** Before the call reached the service, or after it took effect and before anybody heard of it. */
  readonly moment: 'before' | 'after';
}

/** Ports of a process that dies at a call: none of its later calls reaches anything. */
export const doomed = <P extends object>(ports: P, { atCall, moment }: Doom) => {
  let calls = 0;
  const around: Around = async (call) => {
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
  const around: Around = async (call) => {
    calls += 1;
    if (calls !== atCall) return call();
    if (moment === 'after') await call();
    throw new Error('timed out');
  };
  return { ports: aroundEach(ports, around), struck: () => calls >= atCall };
};

const MOST_TURNS = 6;

const letOthersGo = async (random: Random): Promise<void> => {
  for (let turn = Math.floor(random.next() * MOST_TURNS); turn > 0; turn -= 1) await Promise.resolve();
};

/** Ports that let others go on before and after each call, for a random while. */
export const interleaved = <P extends object>(ports: P, random: Random): P =>
  aroundEach(ports, async (call) => {
    await letOthersGo(random);
    const result = await call();
    await letOthersGo(random);
    return result;
  });
