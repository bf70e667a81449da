import { UnavailableError } from '@flaghoist/core/errors';
import { callOf, wrapPorts } from '@flaghoist/test-kit/port-calls';
import type { WorldOptions } from '../../lib/world.ts';
import type { Target } from './ports.ts';

export type PortsOf = NonNullable<WorldOptions['portsOf']>;

const HINT = 'Wait: whoever makes outages ends this one.';

/** One port of one function, in every region, that answers nothing while it is down. */
export class Outage {
  down = false;
  /** How many calls met it. */
  refused = 0;
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  readonly portsOf: PortsOf = (seat, given) => {
    if (seat.name !== this.#target.name) return given;
    return wrapPorts(given, (name, port) => (name === this.#target.port ? this.#failing(name, port) : port));
  };

  #failing<P extends object>(port: string, real: P): P {
    return new Proxy(real, {
      get: (target, method) => {
        const own: unknown = Reflect.get(target, method);
        if (typeof own !== 'function') return own;
        const call = callOf(port, method);
        if (call === undefined) return own.bind(target);
        return (...input: unknown[]): unknown => {
          if (!this.down) return Reflect.apply(own, target, input);
          this.refused += 1;
          const error = new UnavailableError(`${port}.${String(method)}`, HINT);
          return call === 'walks' ? failingWalk(error) : Promise.reject(error);
        };
      },
    });
  }
}

/** Fails when somebody begins to walk it. */
const failingWalk = (error: Error): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
});
