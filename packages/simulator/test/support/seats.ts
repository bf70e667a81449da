import type { WorldOptions } from '../../lib/world.ts';

type PortsOf = NonNullable<WorldOptions['portsOf']>;

interface Replaced {
  /** The function, as `instrument` names it. */
  readonly name: string;
  readonly port: string;
}

/**
 * Gives one function another port, in every region: what `replace` returns stands in for methods of the real one, which it
 * may call.
 */
export const replacingPort =
  <P extends object>({ name, port }: Replaced, replace: (real: P, region: string) => Partial<P>): PortsOf =>
  (seat, ports) => {
    if (seat.name !== name) return ports;
    const real = (ports as Record<string, unknown>)[port] as P;
    const other: Record<string, unknown> = { ...replace(real, seat.region) };
    const replaced = new Proxy(real, {
      get: (target, method) => {
        if (typeof method === 'string' && Object.hasOwn(other, method)) return other[method];
        const own: unknown = Reflect.get(target, method);
        return typeof own === 'function' ? own.bind(target) : own;
      },
    });
    return { ...ports, [port]: replaced };
  };
