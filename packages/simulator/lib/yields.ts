import type { Random } from '@flaghoist/core/ports/random';
import type { Scheduler } from '@flaghoist/in-memory/scheduler';

interface Yielding {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Before and after each call of a port, so much time may pass. */
  readonly longestMs: number;
}

type Method = (...input: unknown[]) => unknown;

/** What is the process's own answers at once. */
const ownPorts: ReadonlySet<string> = new Set(['acknowledgements', 'clock', 'log', 'metrics', 'random']);

/** What a port knows without asking anybody, and so answers at once: it has no promise to give. */
const knownMethods: ReadonlySet<string | symbol> = new Set(['redisOf']);

const isWalk = (method: Method): boolean => method.constructor.name === 'AsyncGeneratorFunction';

/**
 * Ports whose calls take time, before and after they are carried out: between any two steps of a function others come in
 * between. Without it ports in memory answer at once, and a function is nearly atomic.
 */
export const yieldingPorts = <P extends object>(ports: P, { scheduler, random, longestMs }: Yielding): P => {
  const pause = (): Promise<void> => scheduler.sleep(random.next() * longestMs);

  const slow = (target: object, method: Method): Method =>
    isWalk(method)
      ? async function* walk(...input) {
          await pause();
          yield* Reflect.apply(method, target, input) as AsyncIterable<unknown>;
        }
      : async (...input) => {
          await pause();
          try {
            return await Reflect.apply(method, target, input);
          } finally {
            await pause();
          }
        };

  const slowPort = (port: object): object =>
    new Proxy(port, {
      get: (target, name) => {
        const own: unknown = Reflect.get(target, name);
        if (typeof own !== 'function') return own;
        return knownMethods.has(name) ? own.bind(target) : slow(target, own as Method);
      },
    });

  const hasMethods = (port: unknown): port is object =>
    typeof port === 'object' &&
    port !== null &&
    (Object.getPrototypeOf(port) !== Object.prototype ||
      Object.values(port).some((member) => typeof member === 'function'));

  const slowed = Object.entries(ports).flatMap(([name, port]) =>
    hasMethods(port) && !Array.isArray(port) && !ownPorts.has(name) ? [[name, slowPort(port)] as const] : [],
  );
  return { ...ports, ...Object.fromEntries(slowed) };
};
