import { AsyncLocalStorage } from 'node:async_hooks';
import { callOf, wrapPorts } from '@flaghoist/test-kit/port-calls';
import type { WorldOptions } from '../../lib/world.ts';

type Instrument = NonNullable<WorldOptions['instrument']>;
type PortsOf = NonNullable<WorldOptions['portsOf']>;

/** `before`: the call never left. `after`: it was carried out, and its answer was lost. */
export type Moment = 'before' | 'after';

interface Place {
  /** The function, as `instrument` names it. */
  readonly name: string;
  /** Which of its writes, over all its invocations in all regions; the first is 1. */
  readonly call: number;
  readonly moment: Moment;
}

interface Invocation {
  dead: boolean;
  readonly die: () => void;
}

/** One for all: each store that was ever used costs every promise of the process something. */
const running = new AsyncLocalStorage<Invocation>();

const never = (): Promise<never> => new Promise(() => {});

/**
 * Kills a function once, at one of its writes: the invocation fails as a timeout does, and whatever it would have
 * done afterwards does not happen. Its event source then does what it does in AWS.
 */
export class Crash {
  /** What was called at that place: `<port>.<method>`. */
  at: string | undefined;
  #calls = 0;
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  readonly instrument: Instrument = (name, handler) => {
    if (name !== this.#place.name) return handler;
    const mortal = (...input: never[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const invocation: Invocation = {
          dead: false,
          die: () => {
            invocation.dead = true;
            reject(new Error(`${name} timed out`));
          },
        };
        running.run(invocation, () => handler(...input).then(resolve, reject));
      });
    return mortal as typeof handler;
  };

  readonly portsOf: PortsOf = (seat, given) => {
    if (seat.name !== this.#place.name) return given;
    return wrapPorts(given, (name, port) => this.#watch(name, port));
  };

  #watch<P extends object>(port: string, real: P): P {
    return new Proxy(real, {
      get: (target, method) => {
        const own: unknown = Reflect.get(target, method);
        if (typeof own !== 'function') return own;
        // A crash at a read is one before the next write.
        if (callOf(port, method) !== 'writes') return own.bind(target);
        const what = `${port}.${String(method)}`;
        return (...input: unknown[]): unknown => this.#write(what, () => Reflect.apply(own, target, input));
      },
    });
  }

  #write(what: string, carryOut: () => unknown): unknown {
    const invocation = running.getStore();
    if (invocation === undefined) return carryOut();
    if (invocation.dead) return never();
    this.#calls += 1;
    if (this.#calls !== this.#place.call) return carryOut();

    this.at = what;
    if (this.#place.moment === 'before') {
      invocation.die();
      return never();
    }
    return Promise.resolve(carryOut()).then(() => {
      invocation.die();
      return never();
    });
  }
}
