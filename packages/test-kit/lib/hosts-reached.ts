import { Socket } from 'node:net';

/** Net's own connects hand the options on in a list, others as the first argument. */
const hostIn = (first: unknown): string => {
  const options: unknown = Array.isArray(first) ? first[0] : first;
  return typeof options === 'object' && options !== null ? String(Reflect.get(options, 'host') ?? 'localhost') : '?';
};

/** The hosts to which this process opens connections while something runs, whether they answer or not. */
export const hostsReached = async (work: () => Promise<unknown>): Promise<ReadonlySet<string>> => {
  const hosts = new Set<string>();
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: never[]): Socket {
    hosts.add(hostIn(args[0]));
    return Reflect.apply(connect, this, args) as Socket;
  };
  try {
    await work();
  } finally {
    Socket.prototype.connect = connect;
  }
  return hosts;
};

export const isLoopback = (host: string): boolean => /^(?:localhost|127\.0\.0\.1|::1)$/.test(host);
